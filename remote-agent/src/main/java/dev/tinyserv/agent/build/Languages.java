package dev.tinyserv.agent.build;

import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.deno.DenoBuildpack;
import dev.tinyserv.buildpacks.buildpack.go.GoBuildpack;
import dev.tinyserv.buildpacks.buildpack.java.JavaBuildpack;
import dev.tinyserv.buildpacks.buildpack.node.NodeBuildpack;
import dev.tinyserv.buildpacks.buildpack.php.PhpBuildpack;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.buildpack.python.PythonBuildpack;
import dev.tinyserv.buildpacks.buildpack.ruby.RubyBuildpack;
import dev.tinyserv.buildpacks.buildpack.staticsite.StaticBuildpack;
import java.util.List;

/** The languages that apps can be written in, each by its buildpack. */
public final class Languages {
    /**
     * In the order in which they are asked. Apps in Ruby, PHP or Java often have a package.json for their pages, those in
     * Python and Go seldom; a Procfile says nothing about the language.
     */
    public static final List<Buildpack> ALL = List.of(
            new RubyBuildpack(),
            new JavaBuildpack(),
            new PhpBuildpack(),
            new DenoBuildpack(),
            new NodeBuildpack(),
            new PythonBuildpack(),
            new GoBuildpack(),
            new StaticBuildpack(),
            new ProcfileBuildpack());

    private Languages() {}
}
