package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonWishTest {
    @TempDir
    Path folder;

    private String wish() throws IOException {
        return PythonWish.of(folder)
                .map(wish -> wish.file() + " " + wish.text())
                .orElse("none");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void takesTheFileThatIsThereForItFirst() throws IOException {
        assertThat(wish()).isEqualTo("none");
        write("pyproject.toml", """
                [tool.black]
                requires-python = "wrong table"
                [project]  # ours
                name = "shop"
                requires-python = '>=3.9' # and newer
                """);
        assertThat(wish()).isEqualTo("pyproject.toml >=3.9");
        write("Pipfile", "[packages]\npython_version = \"2\"\n[requires]\npython_version = \"3.10\"\n");
        assertThat(wish()).isEqualTo("Pipfile 3.10");
        write("Pipfile", "[requires]\npython_version = \"3.10\"\npython_full_version = \"3.10.4\"\n");
        assertThat(wish()).isEqualTo("Pipfile 3.10.4");
        write(".tool-versions", "nodejs 20\npython 3.12.1\n");
        assertThat(wish()).isEqualTo(".tool-versions 3.12.1");
        write(".python-version", "3.13\n");
        assertThat(wish()).isEqualTo(".python-version 3.13");
        write("runtime.txt", "python-3.11.4\n");
        assertThat(wish()).isEqualTo("runtime.txt python-3.11.4");
    }

    @Test
    void readsPoetrysWay() throws IOException {
        write("pyproject.toml", "[tool.poetry]\nname = \"x\"\n\n[tool.poetry.dependencies]\npython = \"^3.10\"\n");
        Wish wish = PythonWish.of(folder).orElseThrow();
        assertThat(wish.text()).isEqualTo("^3.10");
        assertThat(wish.range().contains(new Version(3, 13, 0))).isTrue();
        assertThat(wish.range().contains(new Version(3, 9, 0))).isFalse();
    }

    /** So that somebody hears of it. */
    @Test
    void whatIsNoRangeIsAWishThatNoneFulfils() throws IOException {
        write("pyproject.toml", "[project]\nrequires-python = \"later\"\n");
        assertThat(PythonWish.of(folder)).contains(new Wish("later", "pyproject.toml", VersionRange.none()));
    }

    @Test
    void aVersionFileMayHoldARange() throws IOException {
        write(".python-version", ">=3.12, <3.14\n");
        Wish wish = PythonWish.of(folder).orElseThrow();
        assertThat(wish.range().contains(new Version(3, 13, 0))).isTrue();
        assertThat(wish.range().contains(new Version(3, 14, 0))).isFalse();
    }

    @Test
    void hasNoneWhereNothingCanBeRead() throws IOException {
        write("pyproject.toml", "[project]\nrequires-python = [\"3\"]\n" + "x".repeat(100_000) + "\n\u0000[[[[[");
        assertThat(wish()).isEqualTo("none");
        write("pyproject.toml", "[project]\nrequires-python = \">=3\"\n" + "#".repeat(1024 * 1024));
        assertThat(wish()).isEqualTo("none");
        Files.delete(folder.resolve("pyproject.toml"));
        Files.createSymbolicLink(folder.resolve("pyproject.toml"), Path.of("/etc/passwd"));
        assertThat(wish()).isEqualTo("none");
    }

    @Test
    void theBranchOfAReleaseIsThatRelease() throws IOException {
        write(".python-version", "3.11-dev\n");
        Wish wish = PythonWish.of(folder).orElseThrow();
        assertThat(wish.range().contains(new Version(3, 11, 2))).isTrue();
        assertThat(wish.range().contains(new Version(3, 12, 0))).isFalse();
    }
}
