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
     * `['python3', '-m', 'manifest_lint']`. Default: `manifest-lint`.
     */
    command?: string | readonly string[]
    /** The connector's folder, with its `manifest.konnector`. Default: webpack's `context`. */
    folder?: string
    /** Where the archive and its report go. Default: `dist` in the connector's folder. */
    out?: string
    /** More arguments for `manifest-lint build`, as `['--account-types', 'dump.json']`. */
    args?: readonly string[]
    /** Show notes too, as warnings. */
    notes?: boolean
  }
}

export = ManifestLintWebpackPlugin
