/** Runs that failed once, by what went wrong. They are run again before any fresh seed. */
export interface Regression {
  readonly name: string;
  /** As `shrink.ts` writes it. */
  readonly run: string;
}

export const REGRESSIONS: readonly Regression[] = [
  {
    name: 'A device alone saved a draft of what it had just deleted for good, and was asked about it.',
    run: '1029806488 without delay,hints,unknown-commit,collect only 2,35,40,43,50,78',
  },
  {
    name: 'A connection ended between two pages of one change, and what the second said was taken for all of it.',
    run: '104179 only 0,2,5,9,10,12,14,15,17,25,28,36,37',
  },
  {
    name: 'Whether a person saw what they did was asked of a disk that refused to be read.',
    run: '1430547424 without loss,delay,nodes,newer-client only 40,43,74,75,76,77',
  },
  {
    name: 'After a rolled-back server, what a person had last typed into a conflict gave way to what they had typed before.',
    run: '100949 without half-open,node-kill,collect,poison only 0,1,2,3,6,8,9,10,11,16,24,26,27,28,29,33',
  },
  {
    name: 'A folder was deleted with what its device had deleted just before, and could not: others had changed it.',
    run: '101850 without power-cut,clock,database-error,collect,poison,newer-client only 4,10,19,20,24',
  },
  {
    name: 'What one tab had saved was never sent: the disk refused to be read when the other was told of it.',
    run: '110902 without duplicate,offline,hints,roll-back,poison,import,newer-client,small-limits,locks only 11,13,18,29,87',
  },
  {
    name: 'A member was given a workspace, and no device was told of it: the word between two nodes was lost.',
    run: '115451 without slow-reader,collect,sign-out,small-limits only 0,1,2,3,4,5,9,10,11,24,26,27,29,32,33,34,46,53,75',
  },
  {
    name: 'A server was rolled back twice while a device took it anew, and what the first had lost was not sent again.',
    run: '103461 without database-error only 3,5,8,9,10,11,12,13,32,35,36,49',
  },
  {
    name: 'A first sync began inline, the connection ended in it, and nobody fetched what had become too large for that.',
    run: '791 without partition,kill,disk-error,clock,node-kill,database-error,roll-back only 0,1,2,5,6,7,8,9,10,13',
  },
  {
    name: 'While its server was rolled back a person took something out of the trash that only devices had, and it was gone.',
    run: '10016391 without partition,database-error,collect,import only 0,3,4,9,28,29,30',
  },
  {
    name: 'A decision about what somebody had written once more since closed the very question that this made.',
    run: '8941 without partition,hints,roll-back only 24,26,30,31,53,56,59',
  },
  {
    name: 'A row was removed by a decision, and was in conflict again with the text that stood in it.',
    run: '10044922 without duplicate,offline,nodes only 13,14,17,23,58',
  },
  {
    name: 'A rolled-back server refused two pushes for one gap, and what was numbered anew after the first was never sent.',
    run: '20036227 without collect,import,newer-client only 0,1,2,3,5,7,8,12,17,19,23,24,25,27,28,33,34,44,45,52,66,68,70',
  },
  {
    name: 'A membership was taken and given back at once, and the device, whose disk was slow, heard it the other way round.',
    run: '20040345 without duplicate,http,power-cut,disk-error,unknown-commit,small-limits only 3,18,75,76,82',
  },
  {
    name: 'A person kept some of what they had written to something deleted for good, and was asked again after every decision.',
    run: '5459 without freeze,unknown-commit,poison,small-limits only 1,2,4,38,42,53',
  },
  {
    name: 'A draft from before a server was rolled back was saved over what somebody had written and only devices still had.',
    run: '20070577 without half-open,unknown-commit,newer-client only 1,3,15,23,30,45',
  },
  {
    name: 'In one tab something was moved into what another had just deleted: it stays, and was expected in the trash.',
    run: '10136596 without power-cut,unknown-commit,collect,newer-client,small-limits,locks only 0,1,2,3,4,12,14,15,18,32,60,68,77,78,79',
  },
  {
    name: 'Two tabs had a connection each, and one waited for ever for what the other had written already.',
    run: '602 without node-kill only 0,1,8,9',
  },
  {
    name: 'Somebody decided for their own version, and it replaced what had arrived since theirs was shown.',
    run: '785 without delay,http,node-kill,rights,small-limits only 1,6,9,20,29,31',
  },
  {
    name: 'Somebody decided for their own text, and lines that had arrived since theirs was shown were gone.',
    run: '1284114390 without disk-full,database-error,newer-client only 1,2,3,4,6,12,13,17,29,33,34,36,37,38,39,40,41,42,44,50,51,52,59',
  },
  {
    name: 'A tab saved by itself over what another tab had saved just before, unseen, and that was gone.',
    run: '1632534708 without half-open,node-kill only 0,1,2,3,4,5,7,8,12,13,14,15,17,32,33,35,36,37,38,39,45,46,47,54,57,58,60,61,62,63,64',
  },
  {
    name: 'Another tab went on to where a page ended, and the first part of the next revision was forgotten with it.',
    run: '1913145195',
  },
  {
    name: 'A delta that told of a refusal was passed over, the next settled more, and what was refused counted as applied.',
    run: '10193681',
  },
  {
    name: 'What began to come inline went with the connection, and nobody fetched the rest.',
    run: '10156578 without offline,freeze,disk-full,node-kill,nodes,database-error,unknown-commit only 0,1,2,5,6,7,11,13,22',
  },
  {
    name: 'Of two tabs that both lead one was told what had settled, the other was first, and both waited for ever.',
    run: '1237763018',
  },
  {
    name: 'A tab that saw an older value set just that, which says nothing; the shadow took it for work.',
    run: '10142224 without partition,offline,disk-error,node-kill,unknown-commit,collect,import,small-limits only 9,20,21,61,63,68,69',
  },
  {
    name: 'A page that began a revision was passed over, another tab came to there, and the rest was taken for all of it.',
    run: '1657621303 without sign-out only 0,1,2,3,4,5,6,8,9,10,11,12,13,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,35,36,37,39,40,41,42,43,44,45,46,47,48,50,52,53,54,55,56,57,58,59,60,61,62,63,65,66,67,68,69,71',
  },
];
