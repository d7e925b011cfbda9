import { expect, test } from 'vitest';
import { StoppedError } from '../../src/errors.js';
import { errorJson, planJson, renderJson, runJson, runsJson } from '../../src/ui/json-output.js';
import { noStates, planOf, reasonOf, runId, runOf, startMs } from './kit.js';

test('a plan as JSON has all that its text has', () => {
  const value = planJson(planOf(), { nowMs: startMs, next: [`taskbatch apply ${runId}`] });
  expect(JSON.parse(renderJson(value))).toMatchInlineSnapshot(`
    {
      "canary": 0,
      "changedAlong": 0,
      "editedUndo": {
        "firstLines": [],
        "rows": 0,
      },
      "expiresAt": "2026-11-23T05:30:00.000Z",
      "finishesAt": "2026-11-22T05:34:00.000Z",
      "goingAlong": 0,
      "guards": {
        "confirm": "ask",
        "expect": null,
        "maxRows": null,
        "maxShare": null,
        "never": null,
        "only": null,
        "stopAfterFailed": null,
        "stopAfterPercent": null,
        "tenant": null,
        "user": null,
        "when": null,
        "where": null,
      },
      "kind": "plan",
      "looked": true,
      "manifest": {
        "bytes": 9120,
        "format": "csv",
        "name": "clickup-test-tasks.csv",
        "rows": 403,
        "sha256": "abababababababababababababababababababababababababababababababab",
      },
      "next": "taskbatch apply 20261122-0530-delete-7f3a",
      "notices": [],
      "operations": [
        {
          "blocked": 1,
          "invalid": 0,
          "nothingToDo": 0,
          "operation": "delete",
          "overwriting": 0,
          "provider": "clickup",
          "risk": "irreversible",
          "skipped": 0,
          "willDo": 400,
          "willFail": 2,
        },
      ],
      "otherLetters": [],
      "partsUntold": [],
      "plannedAt": "2026-11-22T05:30:00.000Z",
      "reasons": [
        {
          "errorCode": "TASK_NOT_FOUND",
          "errorType": "NOT_FOUND",
          "firstLine": 13,
          "firstRow": 12,
          "message": "ClickUp has no task 86abc.",
          "rows": 2,
          "state": "failed",
          "suggestedAction": "Check the id; it may belong to another workspace.",
        },
      ],
      "requests": {
        "executing": 400,
        "planning": 404,
      },
      "requestsPerMinute": {
        "clickup": 100,
      },
      "rows": {
        "blocked": 1,
        "invalid": 0,
        "irreversible": 400,
        "nothingToDo": 0,
        "skipped": 0,
        "willDo": 400,
        "willFail": 2,
      },
      "run": "20261122-0530-delete-7f3a",
      "sandbox": false,
      "seconds": 240,
      "services": [
        {
          "provider": "clickup",
          "tenant": "Acme (9011)",
          "title": "ClickUp",
          "user": "Jane Doe <jane@acme.example>",
        },
      ],
      "state": "planned",
      "surprises": {
        "compared": 400,
        "groups": [],
        "rows": 0,
        "untold": [],
      },
      "undo": {
        "none": 0,
        "operations": [
          {
            "operation": "delete",
            "provider": "clickup",
            "reach": "part",
            "rows": 400,
            "words": [
              "its id",
              "its comments, time records, attachments and history",
              "when it was made, and by whom",
              "who watched it",
              "its description as it was to the letter: a line that names the row is added",
            ],
          },
        ],
        "part": 400,
        "whole": 0,
      },
      "unreadColumns": [],
    }
  `);
});

test('without a limit there is no finish', () => {
  const plan = planOf({ forecast: { requests: 400, seconds: null } });
  expect(planJson(plan, { nowMs: startMs, next: [] })).toMatchObject({ seconds: null, finishesAt: null, next: null });
});

test('a run as JSON has all that its text has', () => {
  const run = runOf({
    states: { ...noStates, succeeded: 401, failed: 2 },
    reasons: [reasonOf()],
    next: `taskbatch retry ${runId}`,
  });
  const value = runJson(run, { report: '/r/report.csv', failed: '/r/failed.csv', page: null });
  expect(JSON.parse(renderJson(value))).toMatchInlineSnapshot(`
    {
      "activeMs": 245000,
      "canary": null,
      "createdAt": "2026-11-22T05:25:00.000Z",
      "files": {
        "failed": "/r/failed.csv",
        "page": null,
        "report": "/r/report.csv",
      },
      "finishedAt": "2026-11-22T05:30:00.000Z",
      "kind": "run",
      "manifest": {
        "bytes": 9120,
        "format": "csv",
        "name": "clickup-test-tasks.csv",
        "rows": 403,
        "sha256": "abababababababababababababababababababababababababababababababab",
      },
      "next": "taskbatch retry 20261122-0530-delete-7f3a",
      "outcomes": {
        "already": 0,
        "done": 403,
        "settled": 0,
      },
      "parent": null,
      "progress": null,
      "reasons": [
        {
          "errorCode": "TASK_NOT_FOUND",
          "errorType": "NOT_FOUND",
          "firstLine": 13,
          "firstRow": 12,
          "message": "ClickUp has no task 86abc.",
          "rows": 2,
          "state": "failed",
          "suggestedAction": "Check the id; it may belong to another workspace.",
        },
      ],
      "requests": {
        "executing": 403,
        "planning": 404,
      },
      "requestsPerMinute": 98.693,
      "rows": 403,
      "run": "20261122-0530-delete-7f3a",
      "sandbox": false,
      "services": [
        {
          "provider": "clickup",
          "tenant": "Acme (9011)",
          "title": "ClickUp",
          "user": "Jane Doe <jane@acme.example>",
        },
      ],
      "startedAt": "2026-11-22T05:25:55.000Z",
      "state": "finished",
      "states": {
        "blocked": 0,
        "failed": 2,
        "invalid": 0,
        "pending": 0,
        "sending": 0,
        "skipped": 0,
        "succeeded": 401,
        "unknown": 0,
      },
      "stop": null,
    }
  `);
});

test('a run that goes on tells its progress; a list is runs without files', () => {
  const run = runOf({ state: 'running', states: { ...noStates, succeeded: 203, pending: 200 }, finishedAtMs: null });
  expect(runJson(run, null, { atMs: 0, rowsLastMinute: 100 })).toMatchObject({
    finishedAt: null,
    files: { report: null, failed: null, page: null },
    progress: { rowsLastMinute: 100, remainingMs: 120_000 },
  });
  expect(runsJson([run])).toEqual({ kind: 'runs', runs: [runJson(run, null)] });
});

test('an error as JSON can be branched on, and holds no secret', () => {
  const redact = (text: string) => text.replaceAll('secret', '***');
  const error = new StoppedError('a secret', { code: 'WAIT_TOO_LONG', where: 'secret', fix: 'Go on later.' });
  expect(errorJson(error, redact, 1)).toEqual({
    kind: 'error',
    name: 'StoppedError',
    code: 'WAIT_TOO_LONG',
    message: 'a ***',
    where: '***',
    next: 'Go on later.',
    exitCode: 4,
  });
  expect(errorJson(new TypeError('secret'), redact, 1)).toMatchObject({
    name: 'Error',
    exitCode: 1,
    message: expect.stringContaining('TypeError: ***'),
  });
});
