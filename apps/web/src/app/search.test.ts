import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search.ts';

describe('search', () => {
  it.each(['1e5', 'true', 'null', '007', '{"a":1}', 'room with space & more'])(
    '[WEB-SEARCH] a room called %s stays what it is called',
    (room) => {
      expect(parseSearch(stringifySearch({ room }))).toEqual({ room });
    },
  );

  it('[WEB-SEARCH] nothing leaves nothing behind', () => {
    expect(stringifySearch({ room: undefined })).toBe('');
  });
});
