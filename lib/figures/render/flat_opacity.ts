/**
 * Writes the opacity of shapes as that of their fill and stroke, which looks the same for shapes that have
 * one of both. A shape with an opacity of its own is a layer, and the library that draws pictures ends the
 * whole process where a layer lies in a clipped group that reaches far beyond the picture, as that of points
 * off the scale does.
 */
export function flatOpacity(svg: string): string {
  return svg.replace(SHAPE, (shape, before: string, style: string) => {
    const rules = style.split(";").map((rule) => rule.trim()).filter((rule) => rule !== "");
    const opacity = numberOf(rules, "opacity");
    if (opacity === 1) return shape;
    const parts = ["fill-opacity", "stroke-opacity"];
    const kept = rules.filter((rule) => !["opacity", ...parts].includes(nameOf(rule)));
    const flat = parts.map((part) => `${part}: ${opacity * numberOf(rules, part)}`);
    return `${before}style="${[...kept, ...flat].join("; ")};"`;
  });
}

const SHAPE = /(<(?:path|rect|circle|line)\b[^>]*?)style="([^"]*)"/g;

function nameOf(rule: string): string {
  return rule.slice(0, rule.indexOf(":")).trim();
}

function numberOf(rules: readonly string[], name: string): number {
  const rule = rules.find((other) => nameOf(other) === name);
  return rule === undefined ? 1 : Number(rule.slice(rule.indexOf(":") + 1));
}
