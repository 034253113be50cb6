/** Everything that must hold, and which file holds it. Numbers are those that runs, mutants and documents use. */
export const INVARIANTS = {
  I1: 'When all is quiet, every device shows what the server has, to the letter.',
  I2: 'A device is told once what became of a change.',
  I3: 'No change takes effect twice, and nothing settled becomes unsettled.',
  I4: 'Every value that somebody typed and that was saved is in the state, in the history, or set aside.',
  I5: 'There is one tree: no cycle, no orphan, no deeper than may be; on the server and in every view.',
  I6: 'The head only rises, no two changes share a number, and no cursor goes back within an epoch.',
  I7: 'A person alone sees exactly what they did, at every moment.',
  I8: 'Nobody reads what is older than what they read before.',
  I9: 'A conflict needs another device and another value; a lone device never has one.',
  I10: 'What belongs together comes from one hand: place, target.',
  I11: 'Only who may write writes, and who may not read is sent nothing.',
  I12: 'What is local to a device never leaves it.',
  I13: 'What waits for a person, or was refused, holds nothing else up.',
  I14: 'When everything works again, it becomes quiet.',
  I15: 'Nothing is buffered without bound.',
  I16: 'The checksum of a workspace is the same on both sides.',
  I17: 'What only a newer client knows survives an older one.',
  I18: 'The same seed does the same.',
  I19: 'Nobody overwrites, deletes or brings back, without being asked, what somebody else did and they have not seen.',
  I20: 'What a person decided, with nobody else at work, is decided.',
  crash: 'Nothing throws what nobody expects.',
} as const satisfies Record<string, string>;

export type Check = keyof typeof INVARIANTS;
