package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.source.Words;
import java.util.List;

/**
 * The text files of an app that package managers and build tools read, by their places in the app's folder. All of them
 * take UTF-8 without a byte order mark; some pass over a whole file of another encoding without a word.
 */
final class ToolFiles {
    static final List<String> NAMES = Words.of("""
            package.json package-lock.json npm-shrinkwrap.json .npmrc yarn.lock .yarnrc .yarnrc.yml pnpm-lock.yaml
            pnpm-workspace.yaml bun.lock bunfig.toml lerna.json turbo.json
            deno.json deno.jsonc deno.lock import_map.json
            pyproject.toml poetry.lock poetry.toml Pipfile Pipfile.lock uv.lock uv.toml pdm.lock setup.cfg
            Gemfile Gemfile.lock gems.rb gems.locked .bundle/config
            composer.json composer.lock auth.json
            go.mod go.sum go.work go.work.sum
            .mvn/jvm.config .mvn/maven.config .mvn/wrapper/maven-wrapper.properties gradle.properties
            gradle/wrapper/gradle-wrapper.properties gradle/libs.versions.toml
            Cargo.toml Cargo.lock
            .gitmodules
            """);

    private ToolFiles() {}
}
