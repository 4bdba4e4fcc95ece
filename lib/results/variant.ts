import { configurationHash } from "../io/config_hash.ts";

/** Enough digits to tell the configurations of a project apart, and few enough to read. */
const DIGITS = 12;

/** What runs have in common that differ in nothing but their seed: digits of their configurations' hash. */
export function variantOf(configuration: Readonly<Record<string, unknown>>): string {
  const { seed: _, ...rest } = configuration;
  return configurationHash(rest).slice(0, DIGITS);
}
