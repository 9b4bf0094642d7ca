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

/** The languages that apps can be written in, one buildpack each. */
public final class Languages {
    /**
     * The buildpacks, in the order in which they are asked whether they know an app. Apps in Ruby, PHP or Java often
     * have a package.json for their pages, apps in Python and Go seldom. A Procfile says nothing about the language, so
     * its buildpack is the last.
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
