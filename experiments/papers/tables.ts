/** A paper whose numbers lie here. */
export interface Paper {
  /** The name by which studies call it. */
  readonly name: string;
  readonly title: string;
  /** The arXiv id, with the version that is cited where there are several. */
  readonly arxiv: string;
  readonly published: string;
}

/** A table or figure of a paper. */
export interface PaperTable {
  readonly paper: string;
  /** The paper's own label, such as `4`, `A8`, `fig5`. */
  readonly table: string;
  /** The file in `tables/`, without its end. */
  readonly file: string;
  readonly about: string;
}

/** The papers. */
export const PAPERS: readonly Paper[] = [
  {
    name: "lr-qat",
    title: "Low-Rank Quantization-Aware Training for LLMs",
    arxiv: "2406.06385v3",
    published: "Bondarenko, Del Chiaro, Nagel; ES-FoMo-II workshop at ICML 2024",
  },
  {
    name: "l4q",
    title: "L4Q: Parameter Efficient Quantization-Aware Fine-Tuning on Large Language Models",
    arxiv: "2402.04902v6",
    published: "Jeon, Kim, Kim; ACL 2025, long.99",
  },
];

/** The tables and figures, in the papers' order. */
export const PAPER_TABLES: readonly PaperTable[] = [
  table("lr-qat", "fig1", "fig1", "training memory by class, LLaMA-2 7B"),
  table("lr-qat", "2", "table2", "downcast ablation; most cells could not be had"),
  table("lr-qat", "3", "table3", "LR-QAT beside full-model QAT, LLaMA-2 7B"),
  table("lr-qat", "4", "table4", "weight-only: WikiText-2 perplexity and 6-task average"),
  table("lr-qat", "5", "table5", "weights and activations, W-A-KV"),
  table("lr-qat", "rank-ablation", "rank-ablation", "ranks 1, 4, 32, 256; values could not be had"),
  table("lr-qat", "A8", "table-a8", "time a step; three cells could not be had"),
  table("lr-qat", "B1", "table-b1", "search spaces"),
  table("l4q", "1", "table1", "peak training memory"),
  table("l4q", "2", "table2", "4-bit accuracy"),
  table("l4q", "3", "table3", "3-bit accuracy"),
  table("l4q", "4", "table4", "starts of the quantizer: MMLU and errors"),
  table("l4q", "5", "table5", "rank: CSQA"),
  table("l4q", "6", "table6", "rank: MMLU"),
  table("l4q", "7", "table7", "group size: CSQA"),
  table("l4q", "8", "table8", "group size: MMLU"),
  table("l4q", "9", "table9", "learning rates"),
  table("l4q", "10", "table10", "peak training memory, all methods"),
  table("l4q", "11", "table11", "training time"),
  table("l4q", "fig5", "fig5", "training loss, read off the chart"),
];

function table(paper: string, label: string, file: string, about: string): PaperTable {
  return { paper, table: label, file: `${paper}-${file}`, about };
}
