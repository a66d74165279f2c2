# title: Range of neighbours 0.03, 0.1 and 0.3, 6 agents (Figure 3)
# caption: Lines are means of the seeds, bands their range, the thin line is where untrained networks are.
rows = 'normalised_return'
row_names = 'normalised return'
panels = 'n6_range003 n6 n6_range03'
panel_names = 'range 0.03|range 0.1|range 0.3'
lines = 'as vs vps vps_reward ps'
line_names = 'as|vs|vps|vps-reward|ps'
key(line, panel) = line.'_'.panel
has_untrained = 1
untrained(panel) = 'as_n6_untrained'
load shared.'/default-overlay.gp'
