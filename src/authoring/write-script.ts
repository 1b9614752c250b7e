/** The forms of an init script by their names. */
import { writeDeclarativeScript } from './script-declarative.ts';
import { writeFullScript } from './script-full.ts';
import type { ServiceDescription } from './service-description.ts';

export const SCRIPT_FORMS = ['full', 'declarative'] as const;
export type ScriptForm = (typeof SCRIPT_FORMS)[number];

/** @param service One that `checkService` has nothing against. */
export function writeScript(service: ServiceDescription, form: ScriptForm): string {
  return form === 'full' ? writeFullScript(service) : writeDeclarativeScript(service);
}
