// Reads workflow commands from standard input as the runner does, and prints what GitHub's own toolkit makes of them.
import { error, notice, warning } from '@actions/core'
import { readFileSync } from 'node:fs'

const value = text => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
const property = text =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')

const commands = { error, notice, warning }
const names = { line: 'startLine', col: 'startColumn', endColumn: 'endColumn', endLine: 'endLine' }

for (const line of readFileSync(0, 'utf8').split('\n').filter(line => line)) {
  const [, kind, pairs, message] = line.match(/^::(\w+)(?: (.*?))?::(.*)$/)
  const properties = {}
  for (const pair of pairs?.split(',') ?? []) {
    const [name, ...text] = pair.split('=')
    properties[names[name] ?? name] = property(text.join('='))
  }
  commands[kind](value(message), properties)
}
