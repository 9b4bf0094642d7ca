package dev.tinyserv.agent.doctor;

/**
 * Looks at one thing. A check leaves everything as it was. A thing that the check cannot see is a finding, never an
 * error.
 */
interface Check {
    /** Adds what the check sees to the findings. */
    void look(Patient patient, Findings findings);
}
