'use strict'

const { spawn } = require('node:child_process')
const { createHash } = require('node:crypto')
const path = require('node:path')

const NAME = 'ManifestLintWebpackPlugin'
const REPORT_VERSION = 1
const OPTIONS = ['command', 'folder', 'out', 'args', 'notes']

/**
 * Checks and packs a connector whenever webpack has written it.
 *
 * Findings that are errors fail webpack's build, warnings are shown among webpack's own. index.d.ts
 * describes the options.
 */
class ManifestLintWebpackPlugin {
  constructor(options = {}) {
    refuseUnknown(options)
    const { command = 'manifest-lint', folder = '', out, args = [], notes = false } = options
    this.command = [command].flat()
    this.folder = folder
    this.args = out === undefined ? args : ['--out', out, ...args]
    this.notes = notes
  }

  apply(compiler) {
    let content = ''
    let last = { packed: false, content, problems: [] }
    compiler.hooks.emit.tap(NAME, compilation => {
      content = digest(compilation)
    })
    // Webpack waits for the promise before it builds again, so no two runs meet in watch mode.
    compiler.hooks.afterEmit.tapPromise(NAME, async compilation => {
      if (compilation.errors.length > 0) return // half a build is not worth packing
      // Who watches the folder of the archive too is woken by it: to pack the same again would
      // wake them for ever.
      if (!compiler.watchMode || !last.packed || last.content !== content) {
        last = { ...(await this.build(compiler.context, compilation.outputOptions.path)), content }
      }
      for (const { severity, text } of last.problems) {
        const problem = new compiler.webpack.WebpackError(text)
        if (severity === 'error') compilation.errors.push(problem)
        else if (severity === 'warning' || this.notes) compilation.warnings.push(problem)
      }
    })
  }

  /** Run the tool; return whether it packed, and what webpack is to show, as {severity, text}. */
  async build(context, outputPath) {
    const from = target => path.relative(context, path.resolve(context, target)) || '.'
    const own = ['build', from(this.folder), '--build-dir', from(outputPath), '--just-built', '--json']
    const command = [...this.command, ...own, ...this.args]
    const { error, code, stdout, stderr } = await run(command, context)
    if (error) return failure(cannotStart(this.command[0], error))
    const report = parsed(stdout)
    if (!report || ![0, 1].includes(code)) {
      const ended = `${this.command.join(' ')}: ended with ${code}, without a report`
      return failure(stderr.trim() || ended)
    }
    if (report.schema_version !== REPORT_VERSION) {
      return failure(`manifest-lint ${report.tool.version} needs a later ${NAME}: update that`)
    }
    const problems = report.findings.map(finding => ({
      severity: finding.severity,
      text: worded(finding)
    }))
    return { packed: 'bundle' in report, problems }
  }
}

/** Throw an error for an option that is misspelt: it would silently do nothing. */
function refuseUnknown(options) {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue
    const [near] = OPTIONS.filter(known => distance(known, name.toLowerCase()) <= 2)
    const hint = near ? `did you mean "${near}"?` : `use ${OPTIONS.join(', ')}`
    throw new Error(`${NAME}: unknown option ${JSON.stringify(name.slice(0, 40))}; ${hint}`)
  }
}

/** Count the letters to insert, remove or replace to get from one word to another. */
function distance(one, other) {
  let row = [...Array(other.length + 1).keys()]
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < other.length; j++) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (one[i] === other[j] ? 0 : 1)))
    }
    row = next
  }
  return row[other.length]
}

/** Sum up what webpack is about to write. */
function digest(compilation) {
  const hash = createHash('sha256')
  for (const name of Object.keys(compilation.assets).sort()) {
    const data = compilation.assets[name].buffer()
    hash.update(`${data.length} ${name}\n`).update(data)
  }
  return hash.digest('hex')
}

function failure(text) {
  return { packed: false, problems: [{ severity: 'error', text }] }
}

function worded({ code, message, path: file, line, column, why, fix }) {
  const lines = [`${code} ${message} (${file}:${line}:${column})`, why]
  if (fix) lines.push(`fix: ${fix.title}`)
  return lines.filter(Boolean).join('\n')
}

function cannotStart(program, error) {
  if (error.code !== 'ENOENT') return `${program}: cannot be run: ${error.message}`
  return (
    `${program}: not found. Install it with pip from where this plugin comes from` +
    ` (\`npm ls manifest-lint-webpack-plugin\` shows that), or name it in the option \`command\` of ${NAME}:` +
    " '/path/to/manifest-lint', or ['uv', 'run', 'manifest-lint']"
  )
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Run a command without a shell, so that nothing needs quoting on any system. */
function run([program, ...args], cwd) {
  // Python would write in the code page of Windows.
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' }
  const options = { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true }
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options)
    const written = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', text => (written[stream] += text))
    }
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? signal, ...written }))
  }).catch(error => ({ error })) // a start can fail in either way
}

module.exports = ManifestLintWebpackPlugin
