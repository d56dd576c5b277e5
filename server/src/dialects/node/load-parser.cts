// The parser is large and few files need it. Of CommonJS alone can a part be loaded when it is asked for, and not before.
type Parser = typeof import('@babel/parser')

const loadParser = (): Parser => require('@babel/parser')

export = loadParser
