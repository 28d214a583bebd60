// sameName compares what was typed to confirm with a name: spaces around and
// between words, and how letters are composed, make no difference; their case does.
export const sameName = (typed: string, name: string): boolean => plain(name) !== '' && plain(typed) === plain(name)

const plain = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ')
