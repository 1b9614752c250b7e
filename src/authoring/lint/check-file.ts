/** Rules about the file as such: its name, its mode, its ends of lines. */
import { isScriptName } from '../../core/scripts/script-name.ts';
import type { Check } from './rule.ts';

export const checkFile: Check = ({ name, text, isExecutable }) => {
  const end = /^[^\n]*/.exec(text)?.[0].length ?? 0;
  const whole = { start: 0, end: Math.max(end, 1) };
  const remarks = [];
  if (!isScriptName(name)) {
    const message = `insserv passes over files called "${name}", so the script gets no links`;
    remarks.push({
      ...whole,
      code: 'RC117',
      message,
      hint: 'use small letters, digits and "-", no ending like .bak',
    });
  }
  if (!isExecutable) {
    const message = 'the file is not executable, so it gets no links and is never run';
    remarks.push({ ...whole, code: 'RC118', message, hint: `chmod 755 ${name}` });
  }
  const carriage = text.indexOf('\r\n');
  if (carriage >= 0) {
    const message = 'lines end as in DOS: the kernel looks for an interpreter with that sign in its name';
    const edits = [...text.matchAll(/\r\n/g)].map(({ index }) => ({
      start: index,
      end: index + 1,
      text: '',
    }));
    remarks.push({
      code: 'RC121',
      start: carriage,
      end: carriage + 1,
      message,
      hint: 'sed -i "s/\\r$//" FILE',
      edits,
    });
  }
  return remarks;
};
