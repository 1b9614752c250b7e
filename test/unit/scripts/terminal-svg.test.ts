import { expect, test } from 'vitest';
import { drawTerminal } from '../../../scripts/pictures/terminal-svg.ts';

test('colours become fills, and what follows them stands in its own column', () => {
  const lines = drawTerminal('a <title>', '[ \u001b[32mok\u001b[39m ] web & more\n\nlast\n').split('\n');
  expect(lines.slice(3)).toEqual([
    '<circle cx="18" cy="15" r="5" fill="#5a6068"/>',
    '<circle cx="36" cy="15" r="5" fill="#5a6068"/>',
    '<circle cx="54" cy="15" r="5" fill="#5a6068"/>',
    '<text x="87.5" y="20" fill="#9a9a9a" text-anchor="middle">a &lt;title&gt;</text>',
    '<text y="45.2" xml:space="preserve">' +
      '<tspan x="16" fill="#d8d8d8" textLength="16.8" lengthAdjust="spacingAndGlyphs">[ </tspan>' +
      '<tspan x="32.8" fill="#99cc99" textLength="16.8" lengthAdjust="spacingAndGlyphs">ok</tspan>' +
      '<tspan x="49.6" fill="#d8d8d8" textLength="109.2" lengthAdjust="spacingAndGlyphs"> ] web &amp; more</tspan></text>',
    '<text y="64.2" xml:space="preserve"></text>',
    '<text y="83.2" xml:space="preserve">' +
      '<tspan x="16" fill="#d8d8d8" textLength="33.6" lengthAdjust="spacingAndGlyphs">last</tspan></text>',
    '</svg>',
    '',
  ]);
});

test('a sequence that is no colour we know leaves the text as it is', () => {
  expect(drawTerminal('', '\u001b[1mbold\u001b[0m\n')).toContain('fill="#d8d8d8" textLength="33.6"');
});
