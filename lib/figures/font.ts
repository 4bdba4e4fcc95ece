/** The family that figures are measured and drawn in: Inter, under the SIL Open Font License. */
export const FONT_FAMILY = "Inter";

/** What a browser is to take: the family, or where a reader has not got it, one that is no wider. */
export const FONT_FAMILIES = `${FONT_FAMILY}, Helvetica, Arial, sans-serif`;
