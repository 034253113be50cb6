/** The command line: its commands, their arguments, and their help. Each command is loaded when it is called. */
import { Command, Option } from 'commander';
import type { Context } from './context.ts';
import type { ExitCode } from './failure.ts';
import type { GivenFlags } from './flags.ts';
import type { PasswordOptions } from './commands/signing-in.ts';
import type { SendOptions } from './send-options.ts';

/** How a command is run once its arguments are known. */
export type Run = (given: GivenFlags, work: (context: Context) => Promise<ExitCode>) => Promise<void>;

const OFFLINE = '--offline';
const OFFLINE_HELP = 'save here and send it later';

export function buildProgram(run: Run, version: string): Command {
  const program = new Command('waypost')
    .description('An API client whose work is the same on every device you sign in on.')
    .version(version)
    .option('--json', 'print one JSON document instead of text')
    .option('--timeout <seconds>', 'how long to wait for the server', '5')
    .addOption(
      new Option('--transport <kind>', 'how to reach the server')
        .choices(['auto', 'websocket', 'http'])
        .default('auto'),
    )
    .option('--proxy <url>', 'reach the server through this HTTP proxy')
    .option('--local', 'work without the account, in what only this device has')
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true });
  const command = (name: string, description: string, example: string, parent: Command = program): Command =>
    inherited(parent.command(name).description(description).addHelpText('after', `\nExample:\n  $ ${example}`));
  accountCommands(command, run);
  keyCommands(command, run);
  syncCommands(command, run);
  workspaceCommands(command, run);
  teamCommands(command, run);
  readingCommands(command, run);
  editingCommands(command, run);
  conflictCommands(command, run);
  fileCommands(command, run);
  sendingCommands(command, run);
  return program;
}

type Define = (name: string, description: string, example: string, parent?: Command) => Command;

/** Options are accepted after a command as well as before it. */
function inherited(command: Command): Command {
  return command.configureHelp({ showGlobalOptions: true }).allowExcessArguments(false);
}

function accountCommands(command: Define, run: Run): void {
  const signingIn = async () => import('./commands/signing-in.ts');
  for (const [name, description] of [
    ['signup', 'make an account on a server and sign in'],
    ['login', 'sign in'],
  ] as const) {
    const entry = command(name, description, `waypost ${name} --server http://127.0.0.1:4400 --email anna@example.org`)
      .requiredOption('--server <url>', 'address of the server')
      .requiredOption('--email <address>', 'e-mail of the account')
      .option('--device <name>', 'what to call this device; the name of the machine unless given')
      .option('--password-stdin', 'read the password from standard input');
    if (name === 'signup')
      entry.option('--setup-token <token>', 'for the first account of a server that others can reach');
    else entry.option('--evict <id|oldest>', 'where all devices of the account are in use: the one to sign out');
    entry.action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { server: string; email: string; device?: string }>();
      await run(options, async (context) => (await signingIn())[name](context, options));
    });
  }
  command('logout', 'sign out, and leave nothing of the account on this device', 'waypost logout')
    .option('--export <file>', 'write everything that is here to a file first')
    .option('--seal', 'keep what was not sent here, closed to everyone but this account')
    .option('--discard', 'throw away what was not sent')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { export?: string; seal?: boolean; discard?: boolean }>();
      await run(options, async (context) => (await import('./commands/leaving.ts')).logout(context, options));
    });
  command('whoami', 'say who is signed in here', 'waypost whoami').action(async (_options, self: Command) => {
    await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await signingIn()).whoami(context));
  });
  command('passwd', 'change the password; the other devices are signed out', 'waypost passwd')
    .option('--password-stdin', 'read the present and the new password, one a line, from standard input')
    .option('--reset <token>', 'instead of the present password: the one-time token of whoever runs the server')
    .option('--server <url>', 'with --reset, where nobody is signed in here: address of the server')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & PasswordOptions>();
      await run(options, async (context) => (await signingIn()).passwd(context, options));
    });
  const account = command('account', 'delete the account', 'waypost account delete --export everything.json');
  command(
    'delete',
    'delete the account for good, on the server and here',
    'waypost account delete --export everything.json',
    account,
  )
    .option('--password-stdin', 'read the password from standard input')
    .option('--export <file>', 'write everything that is here to a file first')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { passwordStdin?: boolean; export?: string }>();
      await run(options, async (context) => (await import('./commands/leaving.ts')).deleteAccount(context, options));
    });
  const devices = command('devices', 'list the devices of the account', 'waypost devices').action(
    async (_options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) =>
        (await import('./commands/devices.ts')).devices(context),
      );
    },
  );
  command('signout <id>', 'sign out another device', 'waypost devices signout 3f2a91c0', devices)
    .option('--erase', 'erase also what it has not sent')
    .action(async (id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { erase?: boolean }>();
      await run(options, async (context) =>
        (await import('./commands/devices.ts')).signOutDevice(context, id, options),
      );
    });
}

function keyCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/keys.ts');
  const list = async (_options: unknown, self: Command): Promise<void> =>
    run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).keys(context));
  const keys = command('keys', 'list the API keys of the account', 'waypost keys list').action(list);
  command('list', 'list the API keys of the account', 'waypost keys list', keys).action(list);
  command(
    'create <name>',
    'make an API key for a script; it is shown once',
    'waypost keys create Nightly --workspace 46c03dde --days 30',
    keys,
  )
    .addOption(new Option('--scope <scope>', 'what it may do').choices(['read', 'write']).default('read'))
    .option('--workspace <id>', 'one it is for; may be given several times; all unless given', collected)
    .option('--days <number>', 'how long it is good, 365 at most', '90')
    .action(async (name: string, _options, self: Command) => {
      const options = self.optsWithGlobals<
        GivenFlags & { scope: 'read' | 'write'; workspace?: string[]; days: string }
      >();
      await run(options, async (context) => (await module()).createKey(context, name, options));
    });
  command('revoke <id>', 'end an API key at once', 'waypost keys revoke 3f2a91c0', keys).action(
    async (id: string, _options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).revokeKey(context, id));
    },
  );
}

function syncCommands(command: Define, run: Run): void {
  command('status', 'say where sync stands; nothing is sent', 'waypost status').action(
    async (_options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) =>
        (await import('./commands/status.ts')).status(context),
      );
    },
  );
  command('sync', 'send what waits and fetch what is new', 'waypost sync --watch')
    .option('--watch', 'go on, and print what happens')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { watch?: boolean }>();
      await run(options, async (context) => (await import('./commands/syncing.ts')).sync(context, options));
    });
  command('check', 'compare this copy with the server, to the byte', 'waypost check --repair')
    .option('--repair', 'fetch anew what differs')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { repair?: boolean }>();
      await run(options, async (context) => (await import('./commands/tending.ts')).check(context, options));
    });
}

function workspaceCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/workspaces.ts');
  command('workspaces', 'list the workspaces', 'waypost workspaces').action(async (_options, self: Command) => {
    await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).workspaces(context));
  });
  const workspace = command('workspace', 'make a workspace, or work in another', 'waypost workspace use 3f2a91c0');
  command('create <name>', 'make a workspace', 'waypost workspace create "Harbour team"', workspace)
    .option('--team <team>', 'in this team, by id or name; everybody in it enters the workspace')
    .action(async (name: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { team?: string }>();
      await run(options, async (context) => (await module()).createWorkspace(context, name, options));
    });
  command('use <id>', 'work in another workspace from now on', 'waypost workspace use 3f2a91c0', workspace).action(
    async (id: string, _options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).useWorkspace(context, id));
    },
  );
  command('rename <id> <name>', 'rename a workspace', 'waypost workspace rename 3f2a91c0 Harbour', workspace).action(
    async (id: string, name: string, _options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) =>
        (await module()).renameWorkspace(context, id, name),
      );
    },
  );
  command(
    'delete <id>',
    'delete a workspace for good, with everything in it, for everybody',
    'waypost workspace delete 3f2a91c0',
    workspace,
  ).action(async (id: string, _options, self: Command) => {
    await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).deleteWorkspace(context, id));
  });
}

function teamCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/teams.ts');
  type Module = Awaited<ReturnType<typeof module>>;
  const team = command('team', 'share workspaces with others', 'waypost team create Harbour');
  const define = (name: string, description: string, example: string): Command =>
    command(name, description, `waypost team ${example}`, team);
  const does = (
    entry: Command,
    work: (module: Module, context: Context, given: string[]) => Promise<ExitCode>,
  ): void => {
    entry.action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => work(await module(), context, self.args));
    });
  };
  does(define('create <name>', 'make a team', 'create Harbour'), ({ createTeam }, context, [name = '']) =>
    createTeam(context, name),
  );
  does(define('list', 'list your teams', 'list'), ({ listTeams }, context) => listTeams(context));
  does(
    define('rename <team> <name>', 'rename a team', 'rename Harbour Fleet'),
    (teams, context, [id = '', name = '']) => teams.renameTeam(context, id, name),
  );
  const inviting = define('invite <team>', 'make a link to join with', 'invite Harbour --role viewer --days 2')
    .option('--role <role>', 'in the workspaces of the team: administrator, editor, viewer', 'editor')
    .option('--days <days>', 'how long it leads in', '7')
    .option('--uses <number>', 'how many people may use it', '1');
  does(inviting, ({ invite }, context, [id = '']) => invite(context, id, inviting.opts()));
  does(
    define('withdraw <team> <invitation>', 'end an invitation', 'withdraw Harbour 3f2a91c0'),
    (teams, context, [id = '', of = '']) => teams.withdraw(context, id, of),
  );
  does(
    define('join <link>', 'join a team with the link you were sent', "join 'http://127.0.0.1:4400/#join=…'"),
    (teams, context, [link = '']) => teams.join(context, link),
  );
  does(define('members <team>', 'list who is in a team', 'members Harbour'), ({ members }, context, [id = '']) =>
    members(context, id),
  );
  const roles = define(
    'role <team> <member> <role>',
    'make a member owner or member of the team; or administrator, editor or viewer in its workspaces',
    'role Harbour ben@example.org viewer',
  ).option('--workspace <id>', 'in this workspace only');
  does(roles, ({ setRole }, context, [id = '', member = '', role = '']) =>
    setRole(context, id, member, role, roles.opts()),
  );
  does(
    define('remove <team> <member>', 'remove a member', 'remove Harbour ben@example.org'),
    (teams, context, [id = '', member = '']) => teams.remove(context, id, member),
  );
  does(define('leave <team>', 'leave a team, and its workspaces', 'leave Harbour'), ({ leave }, context, [id = '']) =>
    leave(context, id),
  );
  does(
    define('delete <team>', 'delete a team for good, with all its workspaces', 'delete Harbour'),
    ({ deleteTeam }, context, [id = '']) => deleteTeam(context, id),
  );
}

function readingCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/reading.ts');
  command('ls [id]', 'list what is in the workspace, or in an element', 'waypost ls')
    .option('-r, --recursive', 'with --json: everything below too')
    .action(async (id: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { recursive?: boolean }>();
      await run(options, async (context) => (await module()).list(context, id, options));
    });
  command('get <id>', 'show an element with its data', 'waypost get 3f2a91c0').action(
    async (id: string, _options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).get(context, id));
    },
  );
  command('history <id>', 'list what was written to an element, and when', 'waypost history 3f2a91c0 --restore 41')
    .option('--restore <revision>', 'put the element back as it was at this revision')
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { restore?: string; offline?: boolean }>();
      await run(options, async (context) => (await import('./commands/history.ts')).history(context, id, options));
    });
  const trash = command('trash', 'list what is in the trash', 'waypost trash').action(
    async (_options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).trash(context));
    },
  );
  command('empty', 'delete for good what is in the trash', 'waypost trash empty', trash)
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { offline?: boolean }>();
      await run(options, async (context) => (await import('./commands/tending.ts')).emptyTrash(context, options));
    });
}

function editingCommands(command: Define, run: Run): void {
  command(
    'create [path=value...]',
    'make a collection, folder, request, …',
    'waypost create --kind request --parent 3f2a91c0 --name "Berths" --url http://127.0.0.1/berths',
  )
    .requiredOption('--kind <kind>', 'collection, folder, request, example, environment, globals or header-preset')
    .requiredOption('--name <name>', 'its name')
    .option('--parent <id>', 'the element to put it into; the top of the workspace unless given')
    .option('--method <method>', 'of a request')
    .option('--url <url>', 'of a request')
    .option('--data <file>', 'its data as JSON, from a file or, with -, from standard input')
    .option('--before <id>', 'the sibling to put it before; last unless given')
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (assignments: string[], _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { kind: string; name: string }>();
      await run(options, async (context) =>
        (await import('./commands/create.ts')).create(context, assignments, options),
      );
    });
  command(
    'set <id> [path=value...]',
    'change fields of an element',
    "waypost set 3f2a91c0 request.method=POST 'request.header[Accept]=text/plain'",
  )
    .option('--unset <path>', 'take a field or a row away; may be given several times', collected)
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (id: string, assignments: string[], _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { unset?: string[]; offline?: boolean }>();
      await run(options, async (context) => (await import('./commands/set.ts')).set(context, id, assignments, options));
    });
  const structure = async () => import('./commands/structure.ts');
  command(
    'mv <id>',
    'move an element, or put it elsewhere among its siblings',
    'waypost mv 3f2a91c0 --parent 77b0 --before 91cd',
  )
    .option('--parent <id|top>', 'the element to put it into')
    .option('--before <id>', 'the sibling to put it before; last unless given')
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { parent?: string; before?: string; offline?: boolean }>();
      await run(options, async (context) => (await structure()).move(context, id, options));
    });
  for (const [name, description, act] of [
    ['rm', 'move an element with all below it to the trash', 'remove'],
    ['restore', 'take an element out of the trash', 'restore'],
  ] as const) {
    command(`${name} <id>`, description, `waypost ${name} 3f2a91c0`)
      .option(OFFLINE, OFFLINE_HELP)
      .action(async (id: string, _options, self: Command) => {
        const options = self.optsWithGlobals<GivenFlags & { offline?: boolean }>();
        await run(options, async (context) => (await structure())[act](context, id, options));
      });
  }
}

function conflictCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/conflicts.ts');
  command('conflicts', 'show what two devices changed to different values', 'waypost conflicts').action(
    async (_options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await module()).conflicts(context));
    },
  );
  command(
    'resolve <id|all|refused>',
    'decide a conflict, named by its id or by that of its element',
    'waypost resolve 3f2a91c0 --field name=mine --field request.url.raw=theirs',
  )
    .option('--overwrite', 'mine stands')
    .option('--theirs', 'theirs stands; mine is kept in the history')
    .option('--save-as-new', 'theirs stands; mine is saved as a new element beside it')
    .option('--field <path=side>', 'mine or theirs for one field; may be given several times', collected)
    .option(
      '--seen <value>',
      'decide about what `conflicts --json` showed with this value; else about what was listed last',
    )
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { field?: string[]; seen?: string; offline?: boolean }>();
      await run(options, async (context) => (await module()).resolve(context, id, options));
    });
}

function fileCommands(command: Define, run: Run): void {
  const module = async () => import('./commands/transfer.ts');
  command(
    'import <file...>',
    'take in Postman collections, environments and dumps',
    'waypost import harbour.postman_collection.json',
  )
    .option(OFFLINE, OFFLINE_HELP)
    .action(async (files: string[], _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { offline?: boolean }>();
      await run(options, async (context) => (await module()).importFiles(context, files, options));
    });
  command(
    'export [id]',
    'write an element with all below it, or everything',
    'waypost export 3f2a91c0 --output harbour.json',
  )
    .option('--all', 'everything of every workspace, in one file')
    .option('--format <format>', 'postman', 'postman')
    .option('--output <file>', 'where to; standard output unless given')
    .action(async (id: string | undefined, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { all?: boolean; format?: string; output?: string }>();
      await run(options, async (context) => (await module()).exportDocument(context, id, options));
    });
}

function sendingCommands(command: Define, run: Run): void {
  command('send <id>', 'send a request from this machine, with its scripts', 'waypost send 3f2a91c0 --environment 77b0')
    .option('--environment <id>', 'the environment in force')
    .option('--set <name=value>', 'a variable for this time; may be given several times', collected)
    .option('-i, --include', 'show the headers of the response')
    .option('-o, --output <file>', 'write the body to a file')
    .option('--files <folder>', 'send files of this folder, where the request names some; the present one unless given')
    .option('--request-timeout <seconds>', 'how long the response may take; no limit unless given')
    .option('--request-proxy <url|none>', 'send through this proxy; that of HTTP_PROXY and the like unless given')
    .option('--insecure', 'do not verify the certificate of the server')
    .option('--ca <file>', 'trust the authorities in this file, too (PEM)')
    .option('--client-cert <file>', 'certificate of the client (PEM, or .p12 and .pfx)')
    .option('--client-key <file>', 'its key, where it is in a file of its own (PEM)')
    .option('--client-passphrase <file>', 'file with the passphrase of the key; - for standard input')
    .action(async (id: string, _options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & SendOptions>();
      await run(options, async (context) => (await import('./commands/send.ts')).send(context, id, options));
    });
  const agents = async () => import('./commands/agent.ts');
  const agent = command('agent', 'send from this machine for an app that comes from another', 'waypost agent')
    .option('--port <number>', 'port to listen on, on this machine only', '4401')
    .option('--origin <url>', 'pair with the app at this address alone')
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<GivenFlags & { port: string; origin?: string }>();
      await run(options, async (context) => (await agents()).agent(context, options));
    });
  command('pairings', 'list the pages that may send from this machine', 'waypost agent pairings', agent).action(
    async (_options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await agents()).pairings(context));
    },
  );
  command('unpair <id|all>', 'end a pairing', 'waypost agent unpair 3f2a91c0', agent).action(
    async (id: string, _options, self: Command) => {
      await run(self.optsWithGlobals<GivenFlags>(), async (context) => (await agents()).unpair(context, id));
    },
  );
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
