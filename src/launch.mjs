#!/usr/bin/env node
// Plain JavaScript that any Node reads: an older one gets a sentence instead of a stack trace.
const major = Number(process.versions.node.split('.')[0]);
if (major >= 24) {
  await import('./main.ts');
} else {
  process.stderr.write(
    `Firebreak needs Node 24 or newer; this is ${process.versions.node}. ` +
      'On Linux "npm ci" brings Node 24 along: start it through npm ("npm start", ' +
      '"npm run -s firebreak -- help"). Elsewhere install Node 24.\n',
  );
  process.exitCode = 1;
}
