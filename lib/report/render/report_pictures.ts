import { figureSvg } from "../../figures/render/figure_svg.ts";
import type { FigureBlock, ReportDocument } from "../document.ts";

/** The figures of a report, in order. */
export function figuresOf({ sections }: ReportDocument): FigureBlock[] {
  return sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "figure"));
}

/** Draws all figures of a report as SVG, by their ids. */
export async function reportPictures(report: ReportDocument): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>();
  for (const { id, figure } of figuresOf(report)) pictures.set(id, await figureSvg(figure));
  return pictures;
}
