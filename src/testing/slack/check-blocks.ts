import { checkElement } from './check-elements.ts';
import { checkTable, richTextProblems } from './check-rich-text.ts';
import type { Note } from './check-text.ts';
import { checkLength, checkList, checkText } from './check-text.ts';
import type { Fields } from './fields.ts';
import { at, isFields, listOf } from './fields.ts';
import { slackLimits } from './limits.ts';

const { block: most, message, view: viewLimits } = slackLimits;

/** Where blocks stand: what may be in them, and how many, differs. */
export type Stage = 'message' | 'modal' | 'home';

/** What Slack would refuse in these blocks, each with its place; empty when it would take them. */
export function blockProblems(blocks: unknown, stage: Stage): readonly string[] {
  const problems: string[] = [];
  const note: Note = (path, what) => problems.push(`${path}: ${what}`);
  const isMessage = stage === 'message';
  const manyAtMost = isMessage ? message.blocks : viewLimits.blocks;
  if (!Array.isArray(blocks)) return ['/blocks: must be an array'];
  checkList(note, '/blocks', blocks, manyAtMost);
  const ids = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const path = `/blocks/${index}`;
    if (!isFields(block)) {
      note(path, 'must be an object');
      continue;
    }
    checkId(note, path, block, ids);
    checkBlock(note, path, block, stage);
  }
  if (listOf(blocks).filter(({ type }) => type === 'table').length > message.tables) {
    note('/blocks', 'only one table is allowed');
  }
  return problems;
}

function checkId(note: Note, path: string, block: Fields, ids: Set<string>): void {
  const id = block['block_id'];
  if (id === undefined) return;
  checkLength(note, `${path}/block_id`, id, most.id);
  if (typeof id !== 'string') return;
  if (ids.has(id)) note(`${path}/block_id`, 'must be unique');
  ids.add(id);
}

function checkBlock(note: Note, path: string, block: Fields, stage: Stage): void {
  switch (block['type']) {
    case 'header':
      return checkText(note, `${path}/text`, block['text'], most.header, 'plain_text');
    case 'section':
      return checkSection(note, path, block);
    case 'divider':
      return;
    case 'context':
      checkList(note, `${path}/elements`, block['elements'], most.contextElements);
      return checkEach(listOf(block['elements']), (element, index) =>
        checkContextElement(note, `${path}/elements/${index}`, element),
      );
    case 'actions':
      return checkActions(note, path, block);
    case 'rich_text':
      for (const problem of richTextProblems(block, path)) note(problem.path, problem.what);
      return;
    case 'table':
      if (stage !== 'message') note(path, 'unsupported block type table');
      return checkTable(note, path, block);
    case 'markdown':
      if (stage !== 'message') note(path, 'unsupported block type markdown');
      return checkLength(note, `${path}/text`, block['text'], most.markdown);
    case 'image':
      return checkImage(note, path, block);
    case 'input':
      return checkInput(note, path, block, stage);
    default:
      note(path, `unsupported block type ${String(block['type'])}`);
  }
}

function checkSection(note: Note, path: string, block: Fields): void {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) note(path, 'needs text or fields');
  if (text !== undefined) checkText(note, `${path}/text`, text, most.section);
  if (fields !== undefined) {
    checkList(note, `${path}/fields`, fields, most.fields);
    checkEach(listOf(fields), (field, index) =>
      checkText(note, `${path}/fields/${index}`, field, most.field),
    );
  }
  if (accessory !== undefined) checkElement(note, `${path}/accessory`, accessory);
}

function checkContextElement(note: Note, path: string, element: Fields): void {
  if (element['type'] === 'image') return checkImage(note, path, element);
  checkText(note, path, element, most.section);
}

function checkActions(note: Note, path: string, block: Fields): void {
  const elements = listOf(block['elements']);
  checkList(note, `${path}/elements`, block['elements'], most.actions);
  const ids = new Set<unknown>();
  checkEach(elements, (element, index) => {
    checkElement(note, `${path}/elements/${index}`, element);
    const id = element['action_id'];
    if (ids.has(id)) note(`${path}/elements/${index}/action_id`, 'must be unique in its block');
    ids.add(id);
  });
}

function checkImage(note: Note, path: string, block: Fields): void {
  checkLength(note, `${path}/alt_text`, block['alt_text'], most.imageAlt);
  if (block['title'] !== undefined) {
    checkText(note, `${path}/title`, block['title'], most.imageTitle, 'plain_text');
  }
  if (at(block, 'slack_file') === undefined) {
    checkLength(note, `${path}/image_url`, block['image_url'], most.imageUrl);
  }
}

function checkInput(note: Note, path: string, block: Fields, stage: Stage): void {
  if (stage === 'message') note(path, 'unsupported block type input');
  checkText(note, `${path}/label`, block['label'], most.inputLabel, 'plain_text');
  if (block['hint'] !== undefined) {
    checkText(note, `${path}/hint`, block['hint'], most.inputHint, 'plain_text');
  }
  checkElement(note, `${path}/element`, block['element']);
}

function checkEach(list: readonly Fields[], check: (one: Fields, index: number) => void): void {
  for (const [index, one] of list.entries()) check(one, index);
}
