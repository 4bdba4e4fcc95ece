/** Names of the engine's own kernels, the same on every backend. */
export const KERNEL = {
  barrier: "OptimizationBarrier",
  bitwiseAnd: "BitwiseAnd",
  bitwiseOr: "BitwiseOr",
  bitwiseXor: "BitwiseXor",
  castTo: "CastTo",
  leftShift: "LeftShift",
  rightShift: "RightShift",
} as const;

/** Kernels that work bit by bit on two integer tensors. */
export const BITWISE_KERNELS = [
  KERNEL.bitwiseAnd,
  KERNEL.bitwiseOr,
  KERNEL.bitwiseXor,
  KERNEL.leftShift,
  KERNEL.rightShift,
] as const;
