# title: Range of neighbours 0.03, 0.1 and 0.3, 6 agents (Figure 3)
# caption: Lines are means of the seeds, bands their range.
rows = 'normalised_return'
row_names = 'normalised return'
panels = 'n6_range003 n6 n6_range03'
panel_names = 'range 0.03|range 0.1|range 0.3'
lines = 'as vs vps ps'
line_names = 'as|vs|vps|ps'
key(line, panel) = line.'_'.panel
load reports.'/default-overlay.gp'
