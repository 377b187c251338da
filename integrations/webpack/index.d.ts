import type { Compiler } from 'webpack'

declare class ManifestLintWebpackPlugin {
  constructor(options?: ManifestLintWebpackPlugin.Options)
  apply(compiler: Compiler): void
}

declare namespace ManifestLintWebpackPlugin {
  /** All paths are relative to webpack's `context`. */
  interface Options {
    /**
     * The tool: a program, or a program with its first arguments, as
     * `['python3', '-m', 'manifest_lint']`. `manifest-lint` unless given.
     */
    command?: string | readonly string[]
    /** The connector's folder, with its `manifest.konnector`; webpack's `context` unless given. */
    folder?: string
    /** Where the archive and its report go; `dist` in the connector's folder unless given. */
    out?: string
    /** More arguments for `manifest-lint build`, as `['--account-types', 'dump.json']`. */
    args?: readonly string[]
    /** Show notes too, as warnings. */
    notes?: boolean
  }
}

export = ManifestLintWebpackPlugin
