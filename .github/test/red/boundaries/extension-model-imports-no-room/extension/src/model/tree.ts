import { paint } from "../views/painter.ts";

export const tree = paint;
