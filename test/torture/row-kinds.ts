/** What the rows of a torture run ask for, and what must then be found on the other side. */

/** One thing that a row changes at the service. */
export interface WantedEffect {
  /** What the sandbox's ledger calls it. */
  readonly kind: string;
  /** Told apart by what is written, not by the target alone: comments, and things that are made. */
  readonly by: 'target' | 'text';
}

export interface RowKind {
  readonly operation: string;
  /** The row's cells by column, but for the target's id. `text` is no other row's. */
  readonly cells: (text: string) => Readonly<Record<string, string>>;
  readonly effects: readonly WantedEffect[];
  /** Whether reading the service can show that it did not happen. */
  readonly told: boolean;
  /** Whether a target can show that it is so already. */
  readonly showsDone: boolean;
}

/** Rows on one target, in the order of the manifest. */
export interface Group {
  readonly provider: 'tallyfy' | 'clickup' | 'bitrix24';
  /** The column that names the target; null for things that are made. */
  readonly idColumn: string | null;
  readonly kinds: readonly RowKind[];
  /** Whether the first row makes the target of the others, which take its id and wait for each other. */
  readonly chained?: boolean;
}

function change(operation: string, cells: Readonly<Record<string, string>> = {}, effect = operation): RowKind {
  return {
    operation,
    cells: () => cells,
    effects: [{ kind: effect, by: 'target' }],
    told: true,
    showsDone: true,
  };
}

/** A comment, or another thing that is told by its text. */
function write(
  operation: string,
  column: string,
  told: boolean,
  cells: Readonly<Record<string, string>> = {},
): RowKind {
  return {
    operation,
    cells: (text) => ({ ...cells, [column]: text }),
    effects: [{ kind: operation, by: 'text' }],
    told,
    showsDone: false,
  };
}

/** A comment of its own, which planning has to see: one that is not there may never have been. */
function deleteComment(idOf: (digits: string) => string): RowKind {
  const cells = (text: string) => ({ comment_id: idOf(text.replace(/\D/g, '')) });
  return { ...change('delete-comment'), cells, showsDone: false };
}

const clickupComment = write('comment', 'comment', true);
const tallyfyComment = write('comment', 'content', false);
const bitrix24Comment = write('comment', 'comment', false);

function single(provider: Group['provider'], ...kinds: readonly RowKind[]): Group[] {
  return kinds.map((kind) => ({ provider, idColumn: 'task_id', kinds: [kind] }));
}

/** Twice, so that rounds without one are rare. */
function chain(provider: Group['provider'], ...kinds: readonly RowKind[]): Group[] {
  const group = { provider, idColumn: 'task_id', kinds, chained: true };
  return [group, group];
}

/** A complete with a form field takes two writes. */
const completeWithField: RowKind = {
  ...change('complete', { fields: '{"Comment":"Paid in full"}' }),
  effects: [
    { kind: 'set-fields', by: 'target' },
    { kind: 'complete', by: 'target' },
  ],
  showsDone: false,
};

const clickupCreate = write('create', 'name', true, { list_id: '901000000002' });
const tallyfyCreate = write('create', 'title', false, {
  owners: '{"users":[48213]}',
  deadline: '2027-12-01 17:00:00',
});
const bitrix24Create = write('create', 'title', true, { responsible_id: '1' });

export const groups: readonly Group[] = [
  ...single(
    'clickup',
    change('delete'),
    change('complete'),
    change('reopen'),
    change('archive'),
    change('unarchive'),
    change('add-tag', { tag: 'urgent' }),
    change('remove-tag', { tag: 'urgent' }),
    change('update', { name: 'Renamed' }),
    change('set-status', { status: 'in progress' }, 'update'),
    change('assign', { assignees: '81234568' }, 'update'),
    change('unassign', { assignees: '81234568' }, 'update'),
    change('set-field', { field: 'Environment', value: 'staging' }),
    change('move', { to_list_id: '901000000004' }),
    clickupComment,
    deleteComment((digits) => `9020${digits.padStart(10, '0')}`),
  ),
  { provider: 'clickup', idColumn: null, kinds: [clickupCreate] },
  {
    provider: 'clickup',
    idColumn: 'task_id',
    kinds: [change('add-tag', { tag: 'urgent' }), clickupComment, clickupComment, change('complete')],
  },
  ...single(
    'tallyfy',
    change('delete'),
    change('complete'),
    change('reopen'),
    change('archive'),
    change('restore'),
    change('update', { title: 'Another title' }),
    change('set-fields', { fields: '{"Comment":"Paid in full"}' }),
    completeWithField,
    tallyfyComment,
    deleteComment((digits) => digits.padStart(32, 'c')),
    write('report-problem', 'content', false),
  ),
  { provider: 'tallyfy', idColumn: 'run_id', kinds: [change('archive-run')] },
  { provider: 'tallyfy', idColumn: 'tag_id', kinds: [change('delete-tag')] },
  {
    provider: 'tallyfy',
    idColumn: null,
    kinds: [tallyfyCreate],
  },
  {
    provider: 'tallyfy',
    idColumn: 'task_id',
    kinds: [tallyfyComment, change('set-fields', { fields: '{"Comment":"Paid in full"}' }), change('complete')],
  },
  ...single(
    'bitrix24',
    change('delete'),
    change('complete'),
    change('reopen'),
    change('defer'),
    change('update', { title: 'Renamed' }),
    bitrix24Comment,
  ),
  { provider: 'bitrix24', idColumn: null, kinds: [bitrix24Create] },
  {
    provider: 'bitrix24',
    idColumn: 'task_id',
    kinds: [bitrix24Comment, change('update', { title: 'Renamed' }), bitrix24Comment, change('complete')],
  },
  ...chain('clickup', clickupCreate, clickupComment, change('add-tag', { tag: 'urgent' }), change('complete')),
  ...chain('tallyfy', tallyfyCreate, tallyfyComment, change('complete')),
  ...chain('bitrix24', bitrix24Create, bitrix24Comment, change('complete')),
];

const mintId: Readonly<Record<Group['provider'], (n: number) => string>> = {
  tallyfy: (n) => `a${n.toString(16).padStart(31, '0')}`,
  clickup: (n) => `86c${n.toString(36).padStart(6, '0')}`,
  bitrix24: (n) => String(70_000 + n),
};

/** An id that the service could have given. */
export function mint(provider: Group['provider'], n: number): string {
  return mintId[provider](n);
}
