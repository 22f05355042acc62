import type { Note } from './check-text.ts';
import { checkLength, checkList } from './check-text.ts';
import type { Fields } from './fields.ts';
import { isFields, listOf } from './fields.ts';
import { slackLimits } from './limits.ts';

const { block: most, element } = slackLimits;

type Problem = { readonly path: string; readonly what: string };

const containers = ['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'];

/** What Slack would refuse in a `rich_text` block. */
export function richTextProblems(block: Fields, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const note: Note = (place, what) => problems.push({ path: place, what });
  checkContainers(note, `${path}/elements`, block['elements']);
  return problems;
}

function checkContainers(note: Note, path: string, elements: unknown): void {
  checkList(note, path, elements, Number.POSITIVE_INFINITY);
  for (const [index, one] of listOf(elements).entries()) {
    const place = `${path}/${index}`;
    if (one['type'] === 'rich_text_list') {
      if (one['style'] !== 'bullet' && one['style'] !== 'ordered') {
        note(`${place}/style`, 'must be bullet or ordered');
      }
      checkContainers(note, `${place}/elements`, one['elements']);
    } else if (containers.includes(String(one['type']))) {
      checkSpans(note, place, one);
    } else {
      note(place, `unsupported type ${String(one['type'])}`);
    }
  }
}

function checkSpans(note: Note, path: string, container: Fields): void {
  checkList(note, `${path}/elements`, container['elements'], Number.POSITIVE_INFINITY);
  for (const [index, span] of listOf(container['elements']).entries()) {
    const place = `${path}/elements/${index}`;
    switch (span['type']) {
      case 'text':
        checkLength(note, `${place}/text`, span['text'], slackLimits.message.textInBlocks);
        break;
      case 'link':
        checkLength(note, `${place}/url`, span['url'], element.url);
        break;
      case 'user':
      case 'channel':
      case 'emoji':
      case 'usergroup':
      case 'broadcast':
      case 'date':
        break;
      default:
        note(place, `unsupported type ${String(span['type'])}`);
    }
  }
}

/** A `table` block: its rows, their cells, and how its columns look. */
export function checkTable(note: Note, path: string, block: Fields): void {
  const { rows } = block;
  checkList(note, `${path}/rows`, rows, most.tableRows);
  for (const [index, row] of (Array.isArray(rows) ? rows : []).entries()) {
    const place = `${path}/rows/${index}`;
    checkList(note, place, row, most.tableColumns);
    for (const [column, cell] of (Array.isArray(row) ? row : []).entries()) {
      checkCell(note, `${place}/${column}`, cell);
    }
  }
  const settings = block['column_settings'];
  if (settings !== undefined) {
    checkList(note, `${path}/column_settings`, settings, most.tableColumns);
  }
}

function checkCell(note: Note, path: string, cell: unknown): void {
  if (!isFields(cell)) return note(path, 'must be a cell');
  if (cell['type'] === 'raw_text') {
    return checkLength(note, `${path}/text`, cell['text'], most.section);
  }
  if (cell['type'] === 'rich_text') {
    for (const problem of richTextProblems(cell, path)) note(problem.path, problem.what);
    return;
  }
  if (cell['type'] !== 'raw_number') note(path, `unsupported cell type ${String(cell['type'])}`);
}
