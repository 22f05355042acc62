import { paper } from './graph-style.ts';
import { cut, plainlyVisible, textWidth, wrapped } from './graph-text.ts';
import { Markup } from './markup.ts';
import type { FlowWay, Lane } from './runbook-flow.ts';
import { flowOf, lanesOf } from './runbook-flow.ts';
import type { Runbook, RunbookStep } from './runbook.ts';
import { deedCalled } from './runbook.ts';
import type { StepKind } from './step-actions.ts';
import { span } from './wording.ts';

const { element } = Markup;

const margin = 20;
const fonts = "'DejaVu Sans', Verdana, 'Noto Sans', sans-serif";
const boxWidth = 380;
const indent = 16;
const headSize = 13;
const smallSize = 10.5;
const rowGap = 30;
const laneGap = 14;
const wayHeight = 16;
const labelAtMost = 130;

const plain = { fill: '#ffffff', stroke: '#475467' };
/** What kinds differ by besides their word, which stands in each box. */
const styles: Readonly<Record<StepKind, { readonly fill: string; readonly stroke: string }>> = {
  decide: { fill: '#f6f7f9', stroke: '#b54708' },
  identify: plain,
  capture: { fill: '#eff8ff', stroke: '#175cd3' },
  act: { fill: '#fef3f2', stroke: '#b42318' },
  verify: { fill: '#ecfdf3', stroke: '#067647' },
  comms: plain,
  clock: plain,
  manual: plain,
};

type Placed = {
  readonly step: RunbookStep;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  readonly y: number;
  readonly height: number;
};

/**
 * How a runbook goes, as one SVG: steps from top to bottom as in the file, ways that leave that order
 * beside them: forward on the right, back on the left.
 *
 * No script, no link, no style sheet, nothing loaded from anywhere. It stands on its own framed white
 * paper, so its contrast is the same on light and dark pages.
 */
export function runbookSvg(runbook: Runbook): string {
  const ways = flowOf(runbook);
  const beside = ways.filter(({ from, to }) => to !== from + 1);
  const right = lanesOf(beside.filter(({ from, to }) => to > from));
  const left = lanesOf(beside.filter(({ from, to }) => to <= from));
  const rightRoom = roomFor(right);
  const leftRoom = roomFor(left);
  const width = 2 * margin + leftRoom.all + boxWidth + rightRoom.all;
  const head = wrapped(plainlyVisible(runbook.title), width - 2 * margin, 15).slice(0, 3);
  const boxes = placed(runbook, beside, margin + head.length * 20 + 14);
  const last = boxes.at(-1);
  const endY = (last ? last.y + last.height : margin) + rowGap;
  const height = endY + 24 + margin;
  const x = margin + leftRoom.all;
  const draw = { boxes, x, endY };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'runbook-title runbook-desc',
      class: 'runbook-flow',
      'font-family': fonts,
    },
    [
      element('title', { id: 'runbook-title' }, [runbook.title]),
      element('desc', { id: 'runbook-desc' }, [spoken(runbook, ways)]),
      element('rect', {
        x: 0.5,
        y: 0.5,
        width: width - 1,
        height: height - 1,
        fill: paper.ground,
        stroke: paper.quiet,
      }),
      ...head.map((line, index) => textAt(margin, margin + 12 + index * 20, line, 15, 'bold')),
      ...ways.filter(({ from, to }) => to === from + 1).map((way) => straight(way, draw)),
      ...right.flatMap((lane) => laneFor(lane, draw, rightRoom.label, 1)),
      ...left.flatMap((lane) => laneFor(lane, draw, leftRoom.label, -1)),
      ...boxes.map((box, index) => boxFor(box, index, x)),
      ...endFor(x, endY),
    ],
  ).xml;
}

type Drawing = { readonly boxes: readonly Placed[]; readonly x: number; readonly endY: number };

/** How wide the lanes of one side are, with the answers that stand at their beginning. */
function roomFor(lanes: readonly Lane[]): { readonly all: number; readonly label: number } {
  if (lanes.length === 0) return { all: 0, label: 0 };
  const labels = lanes.flatMap(({ ways }) => ways.map((way) => textWidth(labelOf(way), smallSize)));
  const label = Math.ceil(Math.max(0, ...labels)) + 14;
  return { label, all: label + (Math.max(...lanes.map(({ lane }) => lane)) + 1) * laneGap };
}

function labelOf({ answers }: FlowWay): string {
  return cut(plainlyVisible(answers.join(', ')), labelAtMost, smallSize);
}

function placed(runbook: Runbook, beside: readonly FlowWay[], top: number): readonly Placed[] {
  let y = top;
  return runbook.steps.map((step, index) => {
    const room = boxWidth - 2 * indent;
    const lines = wrapped(plainlyVisible(step.heading), room, headSize).slice(0, 3);
    const notes = [
      ...(step.deed ? [`does ${deedCalled(step.deed)}`] : []),
      ...Object.entries(step.when).map(([id, answer]) => `only when ${id} was answered ${answer}`),
    ].map((note) => cut(note, room, smallSize));
    const outgoing = beside.filter(({ from }) => from === index).length;
    const height = Math.max(28 + lines.length * 17 + notes.length * 15, outgoing * wayHeight + 12);
    const box = { step, lines, notes, y, height };
    y += height + rowGap;
    return box;
  });
}

function boxFor({ step, lines, notes, y, height }: Placed, index: number, x: number): Markup {
  const caption = [
    String(index + 1),
    step.kind,
    step.owner,
    step.withinMs === undefined ? undefined : `within ${span(step.withinMs)}`,
  ].filter((part) => part !== undefined);
  const notch = step.kind === 'decide' ? 10 : 0;
  const [right, bottom] = [x + boxWidth, y + height];
  const middle = y + height / 2;
  const outline =
    notch > 0
      ? `M${x + notch} ${y}H${right - notch}L${right} ${middle}L${right - notch} ${bottom}H${x + notch}L${x} ${middle}Z`
      : `M${x} ${y}H${right}V${bottom}H${x}Z`;
  return element('g', { class: `runbook-step runbook-${step.kind}` }, [
    element('path', {
      d: outline,
      ...styles[step.kind],
      'stroke-width': step.kind === 'act' ? 2.5 : 1.4,
    }),
    textAt(x + indent, y + 16, caption.join(' · '), smallSize, 'normal', paper.quiet),
    ...lines.map((line, at) => textAt(x + indent, y + 33 + at * 17, line, headSize, 'bold')),
    ...notes.map((note, at) =>
      textAt(
        x + indent,
        y + 32 + lines.length * 17 + at * 15,
        note,
        smallSize,
        'normal',
        paper.quiet,
      ),
    ),
  ]);
}

function straight({ from, answers }: FlowWay, { boxes, x, endY }: Drawing): Markup {
  const box = boxes[from];
  const top = box ? box.y + box.height : 0;
  const bottom = boxes[from + 1]?.y ?? endY;
  const middle = x + boxWidth / 2;
  const label = cut(plainlyVisible(answers.join(', ')), boxWidth / 2 - 12, smallSize);
  return element('g', { class: 'runbook-way' }, [
    stroke(`M${middle} ${top}V${bottom - 6}`),
    arrow(middle, bottom, 'down'),
    ...(label === '' ? [] : [textAt(middle + 8, (top + bottom) / 2 + 3, label, smallSize)]),
  ]);
}

/** @param side 1 on the right of the boxes, -1 on their left */
function laneFor(
  { to, ways, lane }: Lane,
  { boxes, x, endY }: Drawing,
  label: number,
  side: 1 | -1,
): readonly Markup[] {
  const edge = side === 1 ? x + boxWidth : x;
  const far = edge + side * (label + lane * laneGap);
  const target = boxes[to];
  const arrival = target ? target.y + 12 : endY + 12;
  const reach = target ? edge : x + boxWidth / 2 + side * 40;
  return [
    ...ways.map((way) => {
      const y = leaving(way, boxes);
      const words = labelOf(way);
      return element('g', { class: 'runbook-way' }, [
        stroke(`M${edge} ${y}H${far}V${arrival}`),
        ...(words === '' ? [] : [textAt(side === 1 ? edge + 6 : far + 4, y - 3, words, smallSize)]),
      ]);
    }),
    stroke(`M${far} ${arrival}H${reach + side * 6}`),
    arrow(reach, arrival, side === 1 ? 'left' : 'right'),
  ];
}

/** Where a way leaves its box: those of one step below each other. */
function leaving({ from, to }: FlowWay, boxes: readonly Placed[]): number {
  const box = boxes[from];
  if (!box) return 0;
  const order = box.step.answers.map((answer) =>
    boxes.findIndex((one) => one.step.id === answer.to),
  );
  const others = [...new Set(order.map((place) => (place === -1 ? boxes.length : place)))].filter(
    (place) => place !== from + 1,
  );
  const at = Math.max(0, others.indexOf(to));
  const offset = (at - (Math.max(1, others.length) - 1) / 2) * wayHeight;
  return box.y + box.height / 2 + offset;
}

function endFor(x: number, y: number): readonly Markup[] {
  const middle = x + boxWidth / 2;
  return [
    element('rect', {
      x: middle - 40,
      y,
      width: 80,
      height: 24,
      rx: 12,
      fill: paper.ground,
      stroke: plain.stroke,
    }),
    element(
      'text',
      { x: middle, y: y + 16, 'font-size': 12, fill: paper.ink, 'text-anchor': 'middle' },
      ['end'],
    ),
  ];
}

function stroke(d: string): Markup {
  return element('path', { d, fill: 'none', stroke: plain.stroke, 'stroke-width': 1.5 });
}

function arrow(x: number, y: number, towards: 'down' | 'left' | 'right'): Markup {
  const back = { down: 'l-4.5 -8h9z', left: 'l8 -4.5v9z', right: 'l-8 -4.5v9z' }[towards];
  return element('path', { d: `M${x} ${y}${back}`, fill: plain.stroke });
}

function textAt(
  x: number,
  y: number,
  text: string,
  size: number,
  weight: 'normal' | 'bold' = 'normal',
  fill: string = paper.ink,
): Markup {
  return element('text', { x, y, 'font-size': size, fill, 'font-weight': weight }, [text]);
}

/** The picture in words. */
function spoken({ steps }: Runbook, ways: readonly FlowWay[]): string {
  const place = (to: number) => steps[to]?.heading ?? 'the end';
  return steps
    .map(({ heading, kind }, index) => {
      const out = ways.filter(
        ({ from, to }) => from === index && (to !== from + 1 || steps[index]?.answers.length),
      );
      const said = out.map(({ to, answers }) =>
        answers.length === 0
          ? ` It goes on with “${place(to)}”.`
          : ` Answered ${answers.join(' or ')}, it goes on with “${place(to)}”.`,
      );
      return `${index + 1}, ${kind}: ${heading}.${said.join('')}`;
    })
    .join(' ');
}
