/** Checks exchanges against a published OpenAPI document, as far as it describes their route. */
import { z } from 'zod';
import { field, isObject, listField, textField } from '../../src/json.js';
import type { HttpAnswer, HttpRequest } from '../../src/providers/http.js';

export interface Exchange {
  readonly request: HttpRequest;
  readonly answer: HttpAnswer;
}

/** What does not fit the document: `PUT /v2/task/{task_id} answer assignees.*: …`. */
export type Misfit = string;

export class OpenApiDocument {
  readonly #document: unknown;
  /** What the document's paths begin with and a request's do not: v3 counts `/api` to the path. */
  readonly #prefix: string;

  constructor(json: string, prefix: string) {
    this.#document = JSON.parse(json);
    this.#prefix = prefix;
  }

  /** @returns null when the document does not describe the route. */
  check({ request, answer }: Exchange): readonly Misfit[] | null {
    const found = this.#findRoute(request);
    if (found === null) return null;
    const { route, template, operation } = found;
    const parameters = [...listField(route, 'parameters'), ...listField(operation, 'parameters')].map((one) =>
      this.#resolve(one),
    );
    const misfits = [
      ...this.#checkPath(request, template, parameters),
      ...this.#checkQuery(request, parameters),
      ...this.#checkBody(request, operation),
      ...this.#checkAnswer(answer, operation),
    ];
    return misfits.map((misfit) => `${request.method} ${template} ${misfit}`);
  }

  #findRoute({ path, method }: HttpRequest): { route: unknown; template: string; operation: unknown } | null {
    const paths = field(this.#document, 'paths');
    const templates = isObject(paths) ? Object.keys(paths) : [];
    const fitting = templates
      .map((whole) => ({
        whole,
        template: whole.slice(this.#prefix.length),
        parts: whole.slice(this.#prefix.length + 1).split('/'),
      }))
      .filter(({ whole, parts }) => whole.startsWith(this.#prefix) && parts.length === path.length)
      .filter(({ parts }) => parts.every((part, at) => part.startsWith('{') || part === path[at]))
      // The route with the most fixed parts is meant.
      .sort((one, other) => count(one.parts) - count(other.parts));
    for (const { whole, template } of fitting) {
      const route = field(paths, whole);
      const operation = field(route, method.toLowerCase());
      if (operation !== undefined) return { route, template, operation };
    }
    return null;
  }

  #checkPath({ path }: HttpRequest, template: string, parameters: readonly unknown[]): Misfit[] {
    return template
      .slice(1)
      .split('/')
      .flatMap((part, at) => {
        const name = /^\{(.+)\}$/.exec(part)?.[1];
        const declared = parameters.find((one) => textField(one, 'in') === 'path' && textField(one, 'name') === name);
        if (name === undefined || declared === undefined) return [];
        const type = textField(this.#resolve(field(declared, 'schema')), 'type');
        const fits = type !== 'number' && type !== 'integer' ? true : /^\d+$/.test(path[at] ?? '');
        return fits ? [] : [`path ${name}: is no ${type}`];
      });
  }

  #checkQuery({ query = [] }: HttpRequest, parameters: readonly unknown[]): Misfit[] {
    return query.flatMap(([name, value]) => {
      const bare = name.replace(/\[\]$/, '');
      const declared = parameters.find(
        (one) => textField(one, 'in') === 'query' && [name, bare].includes(textField(one, 'name') ?? ''),
      );
      if (declared === undefined) return [`query ${name}: is not declared`];
      const type = textField(this.#resolve(field(declared, 'schema')), 'type');
      if ((type === 'array') !== name.endsWith('[]')) return [`query ${name}: is declared as ${type}`];
      const fits = { boolean: /^(true|false)$/, integer: /^\d+$/, number: /^\d+$/ }[type ?? ''] ?? /^/;
      return fits.test(value) ? [] : [`query ${name}: is no ${type}`];
    });
  }

  #checkBody(request: HttpRequest, operation: unknown): Misfit[] {
    const declared = this.#resolve(field(operation, 'requestBody'));
    const body = 'body' in request ? request.body : undefined;
    if (declared === undefined || declared === null) return body === undefined ? [] : ['body: is not declared'];
    const schema = field(field(field(declared, 'content'), 'application/json'), 'schema');
    if (body === undefined) return field(declared, 'required') === true ? ['body: is missing'] : [];
    const resolved = this.#resolve(schema);
    const known = field(resolved, 'properties');
    const unknown =
      isObject(body) && isObject(known) ? Object.keys(body).filter((name) => !Object.hasOwn(known, name)) : [];
    return [...unknown.map((name) => `body ${name}: is not declared`), ...this.#match('body', schema, body)];
  }

  #checkAnswer(answer: HttpAnswer, operation: unknown): Misfit[] {
    const responses = field(operation, 'responses');
    const response = field(responses, String(answer.status)) ?? field(responses, 'default');
    if (response === undefined) return [`answer ${answer.status}: is not declared`];
    const schema = field(field(field(this.#resolve(response), 'content'), 'application/json'), 'schema');
    if (schema === undefined) return [];
    return this.#match('answer', schema, answer.json);
  }

  #match(what: string, schema: unknown, value: unknown): Misfit[] {
    const readable = this.#simplify(schema, 0);
    if (readable === true) return [];
    const parsed = z.fromJSONSchema(readable).safeParse(value ?? null);
    return (parsed.error?.issues ?? []).map(({ path, message }) => {
      const place = path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.');
      return `${what} ${place}: ${message}`;
    });
  }

  #resolve(value: unknown): unknown {
    const reference = textField(value, '$ref');
    if (reference === null) return value;
    return reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, part) => field(at, part.replaceAll('~1', '/').replaceAll('~0', '~')), this.#document);
  }

  /** The parts of a schema that say something about types, references filled in; `true` for one that says nothing. */
  #simplify(schema: unknown, depth: number): Parameters<typeof z.fromJSONSchema>[0] {
    const resolved = this.#resolve(schema);
    if (!isObject(resolved) || depth > 20) return true;
    const kept: Record<string, unknown> = {};
    const types = [field(resolved, 'type')].flat().filter((type) => typeof type === 'string');
    if (types.length > 0) kept.type = field(resolved, 'nullable') === true ? [...types, 'null'] : types;
    const { properties, items, required } = resolved;
    const inner = (one: unknown) => this.#simplify(one, depth + 1);
    if (isObject(properties)) {
      kept.properties = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)]));
    }
    if (items !== undefined) kept.items = inner(items);
    if (Array.isArray(required)) kept.required = required;
    for (const union of ['anyOf', 'oneOf', 'allOf'] as const) {
      const parts = listField(resolved, union);
      if (parts.length > 0) kept[union === 'oneOf' ? 'anyOf' : union] = parts.map(inner);
    }
    return Object.keys(kept).length === 0 ? true : kept;
  }
}

function count(parts: readonly string[]): number {
  return parts.filter((part) => part.startsWith('{')).length;
}
