import { describe, expect, test } from 'vitest';
import { parseTaskId as parseBitrix24Id } from '../../src/providers/bitrix24/columns.js';
import { parseTaskId as parseClickUpId, readTaskName } from '../../src/providers/clickup/task-id.js';
import { namedDamage } from '../../src/providers/columns.js';
import { parseHexId } from '../../src/providers/tallyfy/hex-id.js';

const hex = '0f8fad5bd9cb469fa16570867728950e';

describe("ClickUp's ids in all the forms that people have them in", () => {
  test.each([
    ['86fpd7vgc', '86fpd7vgc'],
    ['9hx', '9hx'],
    ['86FPD7VGC', '86fpd7vgc'],
    ['#86fpd7vgc', '86fpd7vgc'],
    ['CU-86fpd7vgc', '86fpd7vgc'],
    ['cu-86fpd7vgc', '86fpd7vgc'],
    ['86e12345', '86e12345'],
    ['DEV-1234', 'DEV-1234'],
    ['dev-1234', 'DEV-1234'],
    ['#DEV-7', 'DEV-7'],
    ['https://app.clickup.com/t/86fpd7vgc', '86fpd7vgc'],
    ['https://app.clickup.com/t/9008123456/86fpd7vgc', '86fpd7vgc'],
    ['https://app.clickup.com/t/86fpd7vgc/?block=1#comments', '86fpd7vgc'],
    ['https://app.clickup.com/t/9008123456/dev-7', '9008123456/DEV-7'],
    ['9008123456/DEV-7', '9008123456/DEV-7'],
  ])('%s is %s', (text, id) => {
    expect(parseClickUpId(text)).toEqual({ id });
    expect(parseClickUpId(id)).toEqual({ id });
  });

  test.each([
    '86fpd/7vgc',
    '../user',
    '86fpd7vgc?x=1',
    'DEV-',
    '-12',
    'DEV_12',
    '86 fpd',
    'https://app.clickup.com/90081234/v/l/abc',
    'https://evil.example/t/86fpd7vgc',
    'https://app.clickup.com.evil.example/t/86fpd7vgc',
    'a'.repeat(101),
    `https://app.clickup.com/t/${'a'.repeat(400)}`,
    'ä12',
    '__proto__',
  ])('%s is none', (text) => {
    expect(parseClickUpId(text)).toHaveProperty('reason');
  });

  test('a custom id is told from a native one, with the workspace that it came with', () => {
    expect(readTaskName('86fpd7vgc')).toEqual({ id: '86fpd7vgc', isCustom: false, teamId: null });
    expect(readTaskName('DEV-7')).toEqual({ id: 'DEV-7', isCustom: true, teamId: null });
    expect(readTaskName('9008123456/DEV-7')).toEqual({ id: 'DEV-7', isCustom: true, teamId: '9008123456' });
  });
});

describe("Tallyfy's ids", () => {
  test('are 32 characters of hex, in small letters', () => {
    expect(parseHexId(hex)).toEqual({ id: hex });
    expect(parseHexId(hex.toUpperCase())).toEqual({ id: hex });
  });

  test.each([
    ['123456789012345678901234567890', /30 characters in place of 32.*zeros/],
    [hex.slice(1), /31 characters in place of 32$/],
    [`${hex}0`, /33 characters/],
    ['task_id_abc', /32 characters of 0-9 and a-f/],
    [`${hex.slice(0, 31)}/`, /32 characters of 0-9 and a-f/],
    [`${hex.slice(0, 31)}g`, /32 characters of 0-9 and a-f/],
  ])('%s is none, and the reason tells why', (text, reason) => {
    expect(parseHexId(text)).toEqual({ reason: expect.stringMatching(reason) });
  });
});

describe("Bitrix24's ids", () => {
  test.each([
    ['1', '1'],
    ['3871', '3871'],
    ['#3871', '3871'],
    ['9007199254740991', '9007199254740991'],
  ])('%s is %s', (text, id) => {
    expect(parseBitrix24Id(text)).toEqual({ id });
  });

  test.each(['0', '007', '-5', '1.5', '9007199254740992', '38 71', '3871/..', 'task'])('%s is none', (text) => {
    expect(parseBitrix24Id(text)).toHaveProperty('reason');
  });
});

test.each(['1.2E+15', '1,2E+15', '8.6e12', '5E+15', '5E-3'])('%s is what a spreadsheet makes of an id', (text) => {
  expect(namedDamage(text)).toContain('scientific');
});

test.each(['86e12345', '9e5', 'e12'])('%s may be an id', (text) => {
  expect(namedDamage(text)).toBeNull();
});
