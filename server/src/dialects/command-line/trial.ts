const tests = /(?:^|[/._-])(?:tests?|spec|specs|e2e|fixtures?|__tests__|testdata)(?:[/._-]|$)|\.bats$/i

/** Is it there to try something out? The folders next to a file say what it is for; those further up may be anybody's. */
export const isTest = (path: string): boolean => tests.test(path.split('/').slice(-4).join('/'))
