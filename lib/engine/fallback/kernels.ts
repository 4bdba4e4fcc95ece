export function registerFallbackKernels(_backend: string): void {}
