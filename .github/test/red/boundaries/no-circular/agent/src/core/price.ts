import type { Order } from "./order.ts";

export interface Price {
  of: Order;
}
