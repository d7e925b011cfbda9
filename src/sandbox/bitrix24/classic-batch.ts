import type { JsonValue } from '../service.js';
import { CLASSIC_METHODS } from './classic-methods.js';
import { type ClassicParams, readCommand } from './classic-params.js';
import { type ClassicReply, classicFail, failAbsent } from './classic-reply.js';
import { phpArray } from './render-task.js';
import type { Caller, Portal } from './task.js';
import { isRecord } from './values.js';

const COMMANDS_MAX = 50;

type Entries = (readonly [string, JsonValue])[];

/** Calls one method by its lower-case name. */
export function callClassicMethod(portal: Portal, caller: Caller, name: string, params: ClassicParams): ClassicReply {
  if (name === 'batch') return runClassicBatch(portal, caller, params);
  const method = CLASSIC_METHODS.get(name);
  return method === undefined
    ? classicFail('ERROR_METHOD_NOT_FOUND', 'Method not found!', 404)
    : method(portal, caller, params);
}

/**
 * `batch`: commands in order, `halt` stops after the first failure. The answer is 200 even when all fail. Sections are
 * PHP arrays: empty ones are `[]`, and commands keyed 0, 1, 2, … come back as lists.
 */
function runClassicBatch(portal: Portal, caller: Caller, params: ClassicParams): ClassicReply {
  const { cmd, halt } = params;
  if (!isRecord(cmd) && !Array.isArray(cmd)) return failAbsent('cmd');
  const halts = !['undefined', 'false', '0', 'N', ''].includes(String(halt));
  const results: Entries = [];
  const errors: Entries = [];
  const totals: Entries = [];
  const nexts: Entries = [];
  for (const [index, [key, command]] of Object.entries(cmd).entries()) {
    const reply = runCommand(portal, caller, index, command, results);
    if (!reply.ok) {
      errors.push([key, { error: reply.error, error_description: reply.description }]);
      if (halts) break;
      continue;
    }
    results.push([key, reply.result]);
    if (reply.total !== undefined) totals.push([key, reply.total]);
    if (reply.next !== undefined) nexts.push([key, reply.next]);
  }
  return {
    ok: true,
    result: {
      result: phpArray(results),
      result_error: phpArray(errors),
      result_total: phpArray(totals),
      result_next: phpArray(nexts),
      result_time: [],
    },
  };
}

function runCommand(portal: Portal, caller: Caller, index: number, command: unknown, results: Entries): ClassicReply {
  if (index >= COMMANDS_MAX) return classicFail('ERROR_BATCH_LENGTH_EXCEEDED', 'Max batch length exceeded');
  const { method, params } = readCommand(command);
  if (method === 'batch') {
    return classicFail('ERROR_BATCH_METHOD_NOT_ALLOWED', 'Method is not allowed for batch usage', 405);
  }
  return callClassicMethod(portal, caller, method, fillReferences(params, results));
}

/** Puts the results of earlier commands in for `$result[key][field]`. */
function fillReferences(params: ClassicParams, results: Entries): ClassicParams {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, fillValue(value, results)]));
}

function fillValue(value: unknown, results: Entries): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$result((?:\[[^\]]+\])+)/g, (_, path: string) => readReference(path, results));
  }
  if (Array.isArray(value)) return value.map((element) => fillValue(element, results));
  return isRecord(value) ? fillReferences(value, results) : value;
}

function readReference(path: string, results: Entries): string {
  const [key = '', ...fields] = path.slice(1, -1).split('][');
  let found: unknown = results.find(([name]) => name === key)?.[1];
  for (const field of fields) {
    if (typeof found !== 'object' || found === null) return '';
    found = Object.entries(found).find(([name]) => name === field)?.[1];
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
