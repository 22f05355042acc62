import type { Fields } from './fields.ts';
import { at } from './fields.ts';
import type { Method, World } from './method.ts';
import { SlackError } from './slack-error.ts';

/** `views.*` and `files.*`. */
export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': {
    tier: 4,
    scopes: [],
    run: (world, args) => {
      const user = world.triggers.use(args.text('trigger_id'));
      return { view: world.views.json(world.views.open(user, args.json('view'))) };
    },
  },
  'views.push': {
    tier: 4,
    scopes: [],
    run: (world, args) => {
      const user = world.triggers.use(args.text('trigger_id'));
      return { view: world.views.json(world.views.push(user, args.json('view'))) };
    },
  },
  'views.update': {
    tier: 4,
    scopes: [],
    run: (world, args) => {
      const updated = world.views.update(
        args.text('view_id'),
        args.json('view'),
        args.maybe('hash'),
      );
      return { view: world.views.json(updated) };
    },
  },
  'views.publish': {
    tier: 4,
    scopes: [],
    run: (world, args) => {
      const user = world.state.user(args.text('user_id'));
      const home = world.views.publish(user.id, args.json('view'), args.maybe('hash'));
      return { view: world.views.json(home) };
    },
  },
  'files.getUploadURLExternal': {
    tier: 4,
    scopes: ['files:write'],
    run: (world, args) => {
      const length = Number(args.text('length'));
      if (!Number.isInteger(length) || length < 1) throw new SlackError('invalid_arguments');
      const { file, path } = world.files.reserve(args.text('filename'), length);
      return { upload_url: `${world.origin()}${path}`, file_id: file.id };
    },
  },
  'files.completeUploadExternal': {
    tier: 4,
    scopes: ['files:write'],
    run: (world, args) => {
      const given = args.json('files');
      const ids = (Array.isArray(given) ? given : []).map((one) => String(at(one, 'id')));
      const files = ids.map((id) => world.files.get(id));
      const channel = args.maybe('channel_id');
      if (channel !== undefined) {
        const threadTs = args.maybe('thread_ts');
        world.state.post(world.state.ownChannel(channel), {
          user: world.state.app.botUser,
          botId: world.state.app.botId,
          text: args.maybe('initial_comment') ?? '',
          files,
          ...(threadTs === undefined ? {} : { threadTs }),
        });
      }
      for (const file of files) file.isShared = true;
      return { files: ids.map((id) => fileJson(world, id)) };
    },
  },
  'files.info': {
    tier: 4,
    scopes: ['files:read'],
    run: (world, args) => ({ file: fileJson(world, args.text('file')) }),
  },
};

/** A file as Slack shows it; its bytes are behind `url_private`, for who has the token. */
export function fileJson(world: World, id: string): Fields {
  const { name, mimetype, length, user } = world.files.get(id);
  const url = world.files.elsewhere ?? `${world.origin()}/files-pri/${id}/download`;
  return { id, name, mimetype, size: length, user, url_private: url, url_private_download: url };
}
