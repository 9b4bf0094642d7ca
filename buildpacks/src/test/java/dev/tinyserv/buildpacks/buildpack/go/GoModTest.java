package dev.tinyserv.buildpacks.buildpack.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoModTest {
    @TempDir
    Path folder;

    private static Wish wish(String content) {
        return new GoMod(content).wish().orElseThrow();
    }

    @Test
    void theGoLineIsTheOldestVersionThatWillDo() {
        Wish wish = wish("module x\n\ngo 1.19 // for generics\n");
        assertThat(wish.text()).isEqualTo(">= 1.19");
        assertThat(wish.file()).isEqualTo("go.mod");
        assertThat(wish.range().contains(new Version(1, 19, 0))).isTrue();
        assertThat(wish.range().contains(new Version(1, 25, 3))).isTrue();
        assertThat(wish.range().contains(new Version(1, 18, 10))).isFalse();
    }

    @Test
    void aToolchainCountsMore() {
        assertThat(wish("go 1.21\ntoolchain go1.22.4\n").text()).isEqualTo(">= 1.22.4");
        assertThat(wish("go 1.21\ntoolchain default\n").text()).isEqualTo(">= 1.21");
        assertThat(wish("toolchain go1.22.4-corp\r\n").text()).isEqualTo(">= 1.22.4");
    }

    @Test
    void whatIsNoVersionIsNoWish() {
        assertThat(new GoMod("").wish()).isEmpty();
        assertThat(new GoMod("go latest\n// go 1.19\ngopher 1.2\n").wish()).isEmpty();
        assertThat(new GoMod("go 1.99999999999999999999\n").wish()).isEmpty();
    }

    @Test
    void aCommentNamesThePackages() {
        assertThat(new GoMod("module x\n// +heroku install ./cmd/... ./tool\ngo 1.19\n").install())
                .containsExactly("./cmd/...", "./tool");
        assertThat(new GoMod("//+heroku install  ./a\r\n").install()).containsExactly("./a");
        assertThat(new GoMod("module x\n// install ./a\n").install()).isEmpty();
    }

    @Test
    void isRefusedWhereItIsNoPlainFileOrTooLarge() throws IOException {
        Path file = folder.resolve("go.mod");
        Files.createSymbolicLink(file, Path.of("/etc/hostname"));
        assertThatThrownBy(() -> GoMod.read(folder))
                .isInstanceOf(Refusal.class)
                .hasMessage("go.mod is a link or a folder: make it a plain file");
        Files.delete(file);
        Files.writeString(file, " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> GoMod.read(folder)).hasMessageContaining("more than the 1048576 bytes");
    }
}
