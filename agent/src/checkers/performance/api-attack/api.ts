import type { JsonObject } from "./json-form.ts";

/** A JSON schema: what OpenAPI and AsyncAPI describe values with. */
export type Schema = JsonObject | boolean;

export interface Parameter {
  readonly name: string;
  readonly place: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Answers {
  /** Schema by media type, empty when the description names none. */
  readonly content: ReadonlyMap<string, Schema>;
}

export interface HttpOperation {
  /** As people name it: `POST /orders/{id}`. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Where it stands in the description, from 1. */
  readonly line: number;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly mediaType: string; readonly schema: Schema; readonly required: boolean } | undefined;
  /** By status as it is written: `200`, `4XX` or `default`. */
  readonly answers: ReadonlyMap<string, Answers>;
  /** Names of the headers that carry credentials; empty when anybody may call it. */
  readonly credentials: readonly string[];
}

export interface MessageOperation {
  readonly id: string;
  readonly line: number;
  /** The whole message. */
  readonly payload: Schema;
  /** The method's name where messages are JSON-RPC 2.0. */
  readonly method: string | undefined;
  /** Parameters of the method, for JSON-RPC. */
  readonly params: Schema | undefined;
  /** Messages that may answer. Empty: the description promises no answer. */
  readonly replies: readonly Reply[];
  /** Set for the message that has to come first on each connection: what is sent then. */
  readonly handshake: unknown;
}

export interface Reply {
  readonly name: string;
  readonly schema: Schema;
  /** Tells of a refusal. */
  readonly isError: boolean;
}

interface Described {
  readonly title: string;
  /** Address of the first server, as it is written. */
  readonly server: string | undefined;
  /** The whole document, for references. */
  readonly document: JsonObject;
}

export interface HttpApi extends Described {
  readonly kind: "http";
  readonly operations: readonly HttpOperation[];
}

export interface MessageApi extends Described {
  readonly kind: "ws";
  readonly operations: readonly MessageOperation[];
  /** Whether an upgrade needs credentials. */
  readonly isProtected: boolean;
}

export type Api = HttpApi | MessageApi;
export type ReadApi = { readonly ok: true; readonly api: Api } | { readonly ok: false; readonly problem: string };

/** Gives the line of a place in a description. */
export type LineOf = (path: readonly (string | number)[]) => number;
