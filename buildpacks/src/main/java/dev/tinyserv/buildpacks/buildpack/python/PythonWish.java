package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.VersionFiles;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of Python that an app asks for. A file that is there for nothing else comes first, then Pipenv's, and last
 * {@code requires-python}, which says what the code can do with rather than what it should get.
 */
final class PythonWish {
    private static final int MAX_BYTES = 1024 * 1024;

    private record Field(String file, String table, String key) {}

    private static final List<Field> FIELDS = List.of(
            new Field("Pipfile", "requires", "python_full_version"),
            new Field("Pipfile", "requires", "python_version"),
            new Field("pyproject.toml", "project", "requires-python"),
            new Field("pyproject.toml", "tool.poetry.dependencies", "python"));

    private static final Pattern BRANCH = Pattern.compile("(?:[Pp]ython-)?(\\d{1,6}\\.\\d{1,6})-dev");

    private PythonWish() {}

    static Optional<Wish> of(Path folder) throws IOException {
        for (String file : List.of("runtime.txt", ".python-version")) {
            Optional<Wish> wish = VersionFiles.plain(folder, file);
            if (wish.isPresent()) {
                return wish.map(PythonWish::withRange);
            }
        }
        Optional<Wish> tools = VersionFiles.toolVersions(folder, RuntimeKind.PYTHON);
        if (tools.isPresent()) {
            return tools;
        }
        for (Field field : FIELDS) {
            Optional<String> text = AppText.read(folder.resolve(field.file()), MAX_BYTES)
                    .flatMap(content -> new TomlText(content).string(field.table(), field.key()));
            if (text.isPresent()) {
                return text.map(range -> new Wish(range, field.file(), VersionRange.orNone(PythonRange.parse(range))));
            }
        }
        return Optional.empty();
    }

    /** Some tools read a range in {@code .python-version}, too; and to pyenv {@code 3.11-dev} is what 3.11 will be. */
    private static Wish withRange(Wish wish) {
        Matcher branch = BRANCH.matcher(wish.text());
        if (branch.matches()) {
            return new Wish(
                    wish.text(), wish.file(), VersionRange.orNone(PythonRange.parse("==" + branch.group(1) + ".*")));
        }
        return wish.isUnread()
                ? new Wish(wish.text(), wish.file(), VersionRange.orNone(PythonRange.parse(wish.text())))
                : wish;
    }
}
