# title: Learning curves with neighbours within 1, 1.5 and 2 cells (Figures 1 and 3)
# caption: Lines are means of the seeds, bands their range. Normalised return: 0 where nothing is opened, 1 where
#          everything is at once. ind and team do not depend on the range and are drawn at 1.5.
rows = 'normalised_return opened'
row_names = 'normalised return|boxes opened per episode'
panels = 'range1 range15 range2'
panel_names = '1 cell|1.5 cells, as in Figure 1|2 cells'
lines = 'as vs vps ps ind team'
line_names = 'as|vs|vps|ps|ind (ours)|team (ours)'
key(line, panel) = line.'_'.panel
load reports.'/default-overlay.gp'
