import type { Recorder } from '../record/record.ts';
import type { Exporter, ExportFormat } from './export.ts';
import { jsonExporter } from './json.ts';
import { markdownExporter } from './md.ts';

/** One exporter for each format. */
export function makeExporters(recorder: Recorder): Readonly<Record<ExportFormat, Exporter>> {
  return { md: markdownExporter(), json: jsonExporter(recorder) };
}
