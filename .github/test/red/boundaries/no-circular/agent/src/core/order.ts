import type { Price } from "./price.ts";

export interface Order {
  price: Price;
}
