# title: 20 agents that talk to a drawn partner, or not after half of the episodes, or not at half of the steps (Figure 5)
# caption: Lines are means of the seeds, bands their range, the thin line is where untrained networks are. Above the
#          normalised return, below how many agents cooperate at a step. Independent agents are the same in all three.
rows = 'normalised_return cooperators'
row_names = 'normalised return|cooperators per step'
panels = 'n20_sparse n20_skip n20_skip_step'
panel_names = 'drawn partners|episodes skipped|steps skipped'
lines = 'as vs vps vps_reward ps ind'
line_names = 'as|vs|vps|vps-reward|ps|ind (ours)'
key(line, panel) = line eq 'ind' ? 'ind_n20' : line.'_'.panel
has_untrained = 1
untrained(panel) = 'as_n20_untrained'
load shared.'/default-overlay.gp'
