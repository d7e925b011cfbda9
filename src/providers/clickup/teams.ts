/** The token's workspaces and the people in them: `GET /v2/team` (published v2 document, 2026-07-30). */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
}

export interface Member {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** The workspaces in question: the one of the settings, or all that the token may enter. Asked for once. */
export async function readTeams(config: ClickUpConfig, reader: Reader): Promise<Result<readonly Team[]>> {
  const all = await askOnce(config.teams, 'all', () => askForTeams(reader));
  if (!all.ok || config.teamId === null) return all;
  return succeed(all.value.filter(({ id }) => id === config.teamId));
}

/** The workspace of the settings, else the only one that the token may enter. */
export async function readTeamId(config: ClickUpConfig, reader: Reader): Promise<Result<string>> {
  if (config.teamId !== null) return succeed(config.teamId);
  const teams = await readTeams(config, reader);
  if (!teams.ok) return teams;
  const [only, ...others] = teams.value;
  if (only !== undefined && others.length === 0) return succeed(only.id);
  const names = teams.value.map(({ id, name }) => `${name} (${id})`).join(', ');
  const message = `The token may enter ${names === '' ? 'no workspace' : `several workspaces: ${names}`}.`;
  const failure = localFailure('VALIDATION', 'TEAM_ID_MISSING', message, 'Set CLICKUP_TEAM_ID to the one you mean.');
  return fail({ ...failure, scope: 'credential' });
}

/**
 * User ids of people who are named by id, e-mail or name. Ids are taken as they are; the others must each name one
 * member of the workspace, without regard to case.
 */
export async function findPeople(
  config: ClickUpConfig,
  reader: Reader,
  names: readonly string[],
): Promise<Result<readonly number[]>> {
  const ids: number[] = [];
  for (const name of names) {
    const id = /^\d{1,15}$/.test(name) ? Number(name) : null;
    if (id !== null) {
      ids.push(id);
      continue;
    }
    const teams = await readTeams(config, reader);
    if (!teams.ok) return teams;
    const found = choosePerson(teams.value, name);
    if (!found.ok) return found;
    ids.push(found.value.id);
  }
  return succeed([...new Set(ids)]);
}

function choosePerson(teams: readonly Team[], wanted: string): Result<Member> {
  const members = new Map(teams.flatMap((team) => team.members).map((member) => [member.id, member]));
  const key = wanted.trim().toLowerCase();
  const matches = (read: (member: Member) => string) =>
    [...members.values()].filter((member) => read(member).trim().toLowerCase() === key);
  const byMail = matches(({ email }) => email);
  const found = byMail.length > 0 ? byMail : matches(({ name }) => name);
  const [only, ...others] = found;
  if (only === undefined) return fail(nobody(wanted, members.size));
  return others.length === 0 ? succeed(only) : fail(several(wanted, found));
}

async function askForTeams(reader: Reader): Promise<Result<readonly Team[]>> {
  const result = expectSuccess(await reader.read({ method: 'GET', path: ['v2', 'team'] }), 'read', clickUpErrors);
  if (!result.ok) return result;
  if (!Array.isArray(field(result.value.json, 'teams'))) {
    return fail(unexpectedAnswer(result.value, 'read', 'ClickUp', 'it holds no workspaces'));
  }
  return succeed(listField(result.value.json, 'teams').flatMap(readTeam));
}

function readTeam(team: unknown): Team[] {
  const id = textField(team, 'id');
  if (id === null) return [];
  const members = listField(team, 'members').flatMap((member) => readMember(field(member, 'user')));
  return [{ id, name: textField(team, 'name') ?? id, members }];
}

function readMember(user: unknown): Member[] {
  const id = Number(textField(user, 'id') ?? Number.NaN);
  if (!Number.isSafeInteger(id)) return [];
  return [{ id, name: textField(user, 'username') ?? '', email: textField(user, 'email') ?? '' }];
}

function nobody(wanted: string, count: number): Failure {
  const message = `None of the ${count} members of the workspace has the e-mail or the name "${wanted}".`;
  return localFailure('VALIDATION', 'PERSON_NOT_FOUND', message, "Write the member's e-mail or user id.");
}

function several(wanted: string, found: readonly Member[]): Failure {
  const people = found.map(({ id, name, email }) => `${name} <${email}> (${id})`).join(', ');
  const message = `Several members of the workspace are named "${wanted}": ${people}.`;
  return localFailure(
    'VALIDATION',
    'MULTIPLE_PEOPLE_FOUND',
    message,
    'Write the e-mail or the id of the one you mean.',
  );
}
