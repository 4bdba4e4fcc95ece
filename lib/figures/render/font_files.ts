// Not for its content: what is imported is installed, so the files beside it can be resolved.
import "@expo-google-fonts/inter/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";

const FACES = [
  "400Regular/Inter_400Regular.ttf",
  "400Regular_Italic/Inter_400Regular_Italic.ttf",
  "700Bold/Inter_700Bold.ttf",
] as const;

/** The paths of Inter's files. They come with the project, so text is the same on all machines. */
export function fontFiles(): string[] {
  return FACES.map((face) =>
    fileURLToPath(import.meta.resolve(`@expo-google-fonts/inter/${face}`))
  );
}
