/** In CI a missing tool or package is a failure; on a developer's machine its tests are skipped. */
export const IS_CI = !['', '0', 'false'].includes(process.env['CI'] ?? '');
