# title: Five times as long (Figure 1)
# caption: Neighbours within 1.5 cells, 30 000 episodes. Lines are means of the seeds, bands their range, the thin
#          line is where untrained networks are.
rows = 'normalised_return opened'
row_names = 'normalised return|boxes opened per episode'
panels = 'range15_long'
panel_names = '1.5 cells'
lines = 'as vs ps ind'
line_names = 'as|vs|ps|ind (ours)'
key(line, panel) = line.'_'.panel
has_untrained = 1
untrained(panel) = 'as_untrained'
load shared.'/default-overlay.gp'
