package dev.tinyserv.agent.git;

import org.eclipse.jgit.lib.Repository;

/** A pass of a repository's gate with the open repository. */
record Visit(RepositoryGate.Pass pass, Repository repository) implements AutoCloseable {
    @Override
    public void close() {
        repository.close();
        pass.close();
    }
}
