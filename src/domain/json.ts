/** Data that may enter the timeline: what RFC 8785 canonicalises without loss. Numbers are safe integers. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };
