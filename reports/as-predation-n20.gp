# title: 20 agents that talk to one drawn partner, or after half of the episodes (Figure 5)
# caption: Lines are means of the seeds, bands their range. Above the normalised return, below how many agents
#          cooperate at a step. Independent agents are the same in both.
rows = 'normalised_return cooperators'
row_names = 'normalised return|cooperators per step'
panels = 'n20_sparse n20_skip'
panel_names = 'one partner a step|talk skipped half of the time'
lines = 'as vs vps ps ind'
line_names = 'as|vs|vps|ps|ind (ours)'
key(line, panel) = line eq 'ind' ? 'ind_n20' : line.'_'.panel
load reports.'/default-overlay.gp'
