package dev.tinyserv.buildpacks.buildpack;

import java.util.List;

/**
 * The text files of an app that package managers and build tools read, by their places in the app's folder. All of them
 * take UTF-8 without a byte order mark; some pass over a whole file of another encoding without a word.
 */
final class ToolFiles {
    static final List<String> NAMES = List.of(
            // Node.js
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            ".npmrc",
            "yarn.lock",
            ".yarnrc",
            ".yarnrc.yml",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
            "bun.lock",
            "bunfig.toml",
            "lerna.json",
            "turbo.json",
            // Deno
            "deno.json",
            "deno.jsonc",
            "deno.lock",
            "import_map.json",
            // Python
            "pyproject.toml",
            "poetry.lock",
            "poetry.toml",
            "Pipfile",
            "Pipfile.lock",
            "uv.lock",
            "uv.toml",
            "pdm.lock",
            "setup.cfg",
            // Ruby
            "Gemfile",
            "Gemfile.lock",
            "gems.rb",
            "gems.locked",
            ".bundle/config",
            // PHP
            "composer.json",
            "composer.lock",
            "auth.json",
            // Go
            "go.mod",
            "go.sum",
            "go.work",
            "go.work.sum",
            // Java
            ".mvn/jvm.config",
            ".mvn/maven.config",
            ".mvn/wrapper/maven-wrapper.properties",
            "gradle.properties",
            "gradle/wrapper/gradle-wrapper.properties",
            "gradle/libs.versions.toml",
            // Rust
            "Cargo.toml",
            "Cargo.lock",
            // git
            ".gitmodules");

    private ToolFiles() {}
}
