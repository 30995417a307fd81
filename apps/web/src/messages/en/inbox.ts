/** The bell, which every page has. */
export const inbox = {
  bell: 'Notices, {unread, plural, =0 {none unread} other {# unread}}',
};
