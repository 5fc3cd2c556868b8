/** Every key and what it does, for the list behind `?` and the help page. */

export const KEY_LIST: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['/'], does: 'find a broadcast' },
  { keys: ['J', 'K'], does: 'next, previous row' },
  { keys: ['Enter'], does: 'open' },
  { keys: ['F'], does: 'filter the list' },
  { keys: ['X', 'C'], does: 'pick a row, compare the picked' },
  { keys: ['N'], does: 'add a note at this second' },
  { keys: ['W'], does: 'wall board' },
  { keys: ['L'], does: 'follow live' },
  { keys: ['D'], does: 'chart as a table' },
  { keys: ['Y'], does: 'copy a link to this view' },
  { keys: ['E'], does: 'files of what is on screen' },
  { keys: ['[', ']'], does: 'crash window back, on' },
  { keys: ['Space'], does: 'play, pause the replay' },
  { keys: [',', '.'], does: 'to what happened before, next' },
  { keys: ['←', '→'], does: '1 s; with Shift 10 s' },
  { keys: ['Z'], does: "the broadcast's zone, UTC, yours" },
  { keys: ['T'], does: 'system, light, dark' },
  { keys: ['R'], does: 'reconnect' },
  { keys: ['?'], does: 'definition of the focused number, else this list' },
  { keys: ['Esc'], does: 'close' },
];
